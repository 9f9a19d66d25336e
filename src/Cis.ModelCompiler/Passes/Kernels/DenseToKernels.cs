using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes the convolutions of few channels and small kernels in a graph with channel mixers (its beginning, mostly) as
/// operators of cis's kernels. The sum with another convolution, the Relu after it, and the 2x2 max pooling before it go
/// into the operator.
/// </summary>
internal sealed class DenseToKernels : IGraphPass
{
    private const int MostInputs = 96;
    private const int LargestKernel = 3;

    public string Name => "dense convolutions to kernels";

    public int Apply(Graph graph)
    {
        if (!KernelOperators.AreUsedIn(graph))
        {
            return 0;
        }

        var convolutions = graph
            .Nodes.Select(node => Convolution.Of(graph, node))
            .OfType<Convolution>()
            .Where(Fits)
            .ToList();
        foreach (Convolution? convolution in convolutions)
        {
            Rewrite(graph, convolution);
        }

        return convolutions.Count;
    }

    private static bool Fits(Convolution convolution)
    {
        (int height, int width) = (convolution.Kernel[0], convolution.Kernel[1]);
        return convolution.Node.Is("Conv")
            && convolution.Groups == 1
            && convolution.Inputs <= MostInputs
            && convolution.Taps > 1
            && Math.Max(height, width) <= LargestKernel
            && (convolution.Node.Ints("dilations") ?? [1, 1]).All(dilation => dilation == 1)
            && Stride(convolution.Node) is not null
            && Padding(convolution.Node, height, width) is not null;
    }

    private static long? Stride(NodeProto node) =>
        (node.Ints("strides") ?? [1, 1]) is [var y, var x] && y == x && y is 1 or 2 ? y : null;

    /// <summary>The padding above and on the left, where all of it keeps the image's size over the stride.</summary>
    private static (long Top, long Left)? Padding(NodeProto node, int height, int width)
    {
        if (node.Text("auto_pad", "NOTSET") is "SAME_UPPER")
        {
            return Stride(node) == 1 ? ((height - 1) / 2, (width - 1) / 2) : null;
        }

        return
            height % 2 == 1
            && width % 2 == 1
            && (node.Ints("pads") ?? []).SequenceEqual([height / 2, width / 2, height / 2, width / 2])
            ? (height / 2, width / 2)
            : null;
    }

    private static void Rewrite(Graph graph, Convolution convolution)
    {
        NodeProto node = convolution.Node;
        (NodeProto? last, string? addend) = Sum(graph, node) is var (sum, other) ? (sum, other) : (node, null);
        NodeProto? relu = graph.OnlyConsumer(last.Output[0]) is { } next && next.Is("Relu") ? next : null;
        NodeProto? pool = Pooling(graph, node.Input[0]);
        string[] inputs = [pool?.Input[0] ?? node.Input[0], .. QuantizedWeights.Add(graph, convolution)];
        (long top, long left) = Padding(node, convolution.Kernel[0], convolution.Kernel[1])!.Value;
        last = relu ?? last;
        NodeProto kernel = KernelOperators
            .Dense(graph, addend is null ? inputs : [.. inputs, addend], last.Output[0])
            .With("inputs", (long)convolution.Inputs)
            .With("stride", Stride(node)!.Value)
            .With("pad_top", top)
            .With("pad_left", left)
            .With("relu", relu is null ? 0L : 1L)
            .With("pool", pool is null ? 0L : 1L);
        graph.Replace(last, kernel);
        graph.Sweep();
    }

    /// <summary>
    /// The sum of a convolution with an earlier kernel's output. Of two convolutions the later one takes it in.
    /// </summary>
    private static (NodeProto Sum, string Addend)? Sum(Graph graph, NodeProto node)
    {
        if (graph.OnlyConsumer(node.Output[0]) is not { } sum || !sum.Is("Add"))
        {
            return null;
        }

        string other = sum.Input[0] == node.Output[0] ? sum.Input[1] : sum.Input[0];
        return graph.Producer(other) is { OpType: "DenseConv" } ? (sum, other) : null;
    }

    /// <summary>A max pooling of 2x2 pixels, stride 1, of what is not negative.</summary>
    private static NodeProto? Pooling(Graph graph, string value) =>
        graph.Producer(value) is { } pool
        && pool.Is("MaxPool")
        && pool.Ints("kernel_shape") is [2, 2]
        && (pool.Ints("strides") ?? [1, 1]) is [1, 1]
        && pool.Text("auto_pad", "NOTSET") is "SAME_UPPER"
        && graph.Producer(pool.Input[0]) is { OpType: "DenseConv" } before
        && before.Int("relu", 0) == 1
            ? pool
            : null;
}
