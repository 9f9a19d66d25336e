using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes the concatenation of a pyramid's levels, the coarser ones with their pixels repeated, and the convolution that
/// alone reads it, as one operator: of the stack, which is as large as four images of the finest level (for a page of
/// 1280x896, 27 MB), only the rows under the kernel exist.
/// </summary>
internal sealed class StackToKernels : IGraphPass
{
    private const int MostImages = 8;

    public string Name => "stacks of the pyramid to kernels";

    public int Apply(Graph graph)
    {
        var stacks = graph.Nodes.Where(node => IsStack(graph, node)).ToList();
        foreach (NodeProto? concat in stacks)
        {
            Rewrite(graph, concat, graph.OnlyConsumer(concat.Output[0])!);
        }

        return stacks.Count;
    }

    /// <summary>The kernel repeats each image to the size of the largest, so one must be in that size as it is.</summary>
    private static bool IsStack(Graph graph, NodeProto node) =>
        node.Is("Concat")
        && node.Int("axis", 0) == 1
        && node.Input.Count <= MostImages
        && node.Input.Any(input => Repetition.Of(graph, input) is not null)
        && node.Input.Any(input => graph.Producer(input) is { } producer && !producer.Is("Resize"))
        && graph.OnlyConsumer(node.Output[0]) is { OpType: "DenseConv", Input.Count: 3 } convolution
        && convolution.Int("stride", 0) == 1
        && convolution.Int("pool", 0) == 0;

    private static void Rewrite(Graph graph, NodeProto concat, NodeProto convolution)
    {
        IEnumerable<string> images = concat.Input.Select(input => Repetition.Of(graph, input)?.Image ?? input);
        string[] inputs = [.. convolution.Input.Skip(1), .. images];
        NodeProto kernel = KernelOperators.StackedConv(graph, inputs, convolution.Output[0]);
        kernel.Attribute.Add(convolution.Attribute);
        graph.Replace(convolution, kernel);
        graph.Sweep();
    }
}
