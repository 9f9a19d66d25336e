using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes a depthwise convolution and the 1x1 convolution to fewer channels after it as one operator, in which the wide
/// image between exists for 64 pixels at a time. In floats as before: this is about the image between, and the two the
/// runtime makes to bring the first into its blocked layout, 27 MB each at a detector's finest level for 1280x896.
/// </summary>
internal sealed class SeparableToKernels : IGraphPass
{
    private const int MostChannels = 128;

    public string Name => "separable convolutions to kernels";

    public int Apply(Graph graph)
    {
        if (!KernelOperators.AreUsedIn(graph))
        {
            return 0;
        }

        var narrowing = graph
            .Nodes.Select(node => Convolution.Of(graph, node))
            .OfType<Convolution>()
            .Where(convolution => Wide(graph, convolution) is not null)
            .ToList();
        foreach (Convolution? pointwise in narrowing)
        {
            Rewrite(graph, Wide(graph, pointwise)!, pointwise);
        }

        return narrowing.Count;
    }

    /// <summary>The depthwise convolution before a 1x1 convolution that narrows.</summary>
    private static Convolution? Wide(Graph graph, Convolution pointwise) =>
        pointwise.IsPointwise
        && pointwise.Outputs < pointwise.Inputs
        && pointwise.Inputs <= MostChannels
        && graph.OnlyConsumer(pointwise.Node.Input[0]) is not null
        && Convolution.Of(graph, graph.Producer(pointwise.Node.Input[0])) is { IsDepthwise: true } depthwise
        && DepthwiseToKernels.HasKernel(depthwise)
        && (depthwise.Node.Ints("strides") ?? [1, 1]).All(stride => stride == 1)
            ? depthwise
            : null;

    private static void Rewrite(Graph graph, Convolution depthwise, Convolution pointwise)
    {
        depthwise.Write();
        pointwise.Write();
        string[] inputs = [.. depthwise.Node.Input, .. pointwise.Node.Input.Skip(1)];
        NodeProto kernel = KernelOperators.Separable(graph, inputs, pointwise.Node.Output[0]);
        graph.Replace(pointwise.Node, kernel);
        KernelOperators.TakeMeans(graph, kernel);
        graph.Sweep();
    }
}
