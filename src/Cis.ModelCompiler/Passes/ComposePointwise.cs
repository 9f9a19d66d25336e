using Cis.ModelCompiler.Graphs;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Writes two 1x1 convolutions with nothing between them as one: <c>V (W x + b) + c = (V W) x + (V b + c)</c>, where the
/// product of the matrices is smaller than the two. (PP-OCRv4's backbone ends in 384 x 360, its neck starts with
/// 360 x 96: together 384 x 96, a fifth of the multiplications.)
/// </summary>
internal sealed class ComposePointwise : IGraphPass
{
    public string Name => "compose pointwise convolutions";

    public int Apply(Graph graph) =>
        graph
            .Nodes.ToList()
            .Count(node =>
                Convolution.Of(graph, node) is { IsPointwise: true } first
                && Convolution.Of(graph, graph.OnlyConsumer(node.Output[0])) is { IsPointwise: true } second
                && IsSmaller(first.Inputs, first.Outputs, second.Outputs)
                && Compose(graph, first, second)
            );

    private static bool IsSmaller(int inputs, int between, int outputs) =>
        (long)Blocks.RoundUp(inputs) * Blocks.RoundUp(outputs)
        < (long)Blocks.RoundUp(between) * (Blocks.RoundUp(inputs) + Blocks.RoundUp(outputs));

    private static bool Compose(Graph graph, Convolution first, Convolution second)
    {
        second.Precede(first);
        second.Node.Input[0] = first.Node.Input[0];
        second.Write();
        graph.Remove(first.Node);
        return true;
    }
}
