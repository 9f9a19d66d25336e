using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes the concatenation of a pyramid's levels, the coarser ones with their pixels repeated, as one operator: the
/// repeated images are written to where they are wanted, and exist nowhere else.
/// </summary>
internal sealed class StackToKernels : IGraphPass
{
    private const int MostImages = 8;

    public string Name => "stacks of the pyramid to kernels";

    public int Apply(Graph graph)
    {
        if (!KernelOperators.AreUsedIn(graph))
            return 0;
        var stacks = graph.Nodes.Where(node => IsStack(graph, node)).ToList();
        foreach (var concat in stacks)
        {
            string[] images = [.. concat.Input.Select(input => Repetition.Of(graph, input)?.Image ?? input)];
            graph.Replace(concat, KernelOperators.Stack(graph, images, concat.Output[0]));
            graph.Sweep();
        }
        return stacks.Count;
    }

    /// <summary>The kernel repeats each image to the size of the largest, so one must be in that size as it is.</summary>
    private static bool IsStack(Graph graph, NodeProto node) =>
        node.Is("Concat")
        && node.Int("axis", 0) == 1
        && node.Input.Count <= MostImages
        && node.Input.Any(input => Repetition.Of(graph, input) is not null)
        && node.Input.Any(input => graph.Producer(input) is { } producer && !producer.Is("Resize"));
}
