using Cis.ModelCompiler.Graphs;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Takes the soft-max off a recognizer's end, which then gives logits: it keeps the order of the classes, so the arg-max
/// needs none, and the confidence needs its normalizer only at the columns that are read.
/// </summary>
internal static class DropSoftmax
{
    /// <summary>Drops it.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Apply(Graph graph)
    {
        if (graph.Producer(graph.Outputs[0].Name) is not { } last || !last.Is("Softmax"))
        {
            return false;
        }

        graph.SetOutput(last.Input[0], graph.Outputs[0].Shape()!);
        return true;
    }
}
