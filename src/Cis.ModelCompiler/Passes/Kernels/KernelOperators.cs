using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>What follows a convolution, as native/kernels/kernels.h numbers it.</summary>
internal enum Activation
{
    None,
    Relu,
    Gelu,
}

/// <summary>The operators of native/kernels/operators.c, in the domain <c>cis</c>.</summary>
internal static class KernelOperators
{
    private const string Domain = "cis";

    /// <summary>Two 1x1 convolutions with an activation between, and perhaps a short cut around them.</summary>
    public static NodeProto ChannelMixer(
        Graph graph,
        ReadOnlySpan<string> inputs,
        Activation activation,
        bool residual,
        string output
    ) =>
        Create(graph, "ChannelMixer", inputs, output)
            .With("activation", (long)activation)
            .With("residual", residual ? 1L : 0L);

    /// <summary>A 1x1 convolution and what follows it.</summary>
    public static NodeProto Pointwise(Graph graph, ReadOnlySpan<string> inputs, Activation activation, string output) =>
        Create(graph, "Pointwise", inputs, output).With("activation", (long)activation);

    /// <summary>A convolution of few channels with a small kernel; attributes are added by the caller.</summary>
    public static NodeProto Dense(Graph graph, ReadOnlySpan<string> inputs, string output) =>
        Create(graph, "DenseConv", inputs, output);

    /// <summary>A depthwise convolution padded by half its kernel.</summary>
    public static NodeProto Depthwise(Graph graph, ReadOnlySpan<string> inputs, long[] strides, string output) =>
        Create(graph, "DepthwiseConv", inputs, output).With("stride_y", strides[0]).With("stride_x", strides[1]);

    /// <summary>A depthwise convolution padded by half its kernel, and the 1x1 convolution after it.</summary>
    public static NodeProto Separable(Graph graph, ReadOnlySpan<string> inputs, string output) =>
        Create(graph, "SeparableConv", inputs, output);

    /// <summary>A 1x1 convolution times a gate, plus an image of half its size whose pixels are repeated.</summary>
    public static NodeProto Lateral(Graph graph, ReadOnlySpan<string> inputs, string output) =>
        Create(graph, "Lateral", inputs, output);

    /// <summary>A lateral step and the separable convolution after it.</summary>
    public static NodeProto LateralSeparable(Graph graph, ReadOnlySpan<string> inputs, string output) =>
        Create(graph, "LateralSeparable", inputs, output);

    /// <summary>The stem of a backbone; its attribute is added by the caller.</summary>
    public static NodeProto Stem(Graph graph, ReadOnlySpan<string> inputs, string output) =>
        Create(graph, "Stem", inputs, output);

    /// <summary>
    /// A convolution of few channels with a small kernel, of images one after another, the pixels of smaller ones
    /// repeated; its attributes are those of <see cref="Dense"/>.
    /// </summary>
    public static NodeProto StackedConv(Graph graph, ReadOnlySpan<string> inputs, string output) =>
        Create(graph, "StackedConv", inputs, output);

    /// <summary>Whether a node is a GELU, as FuseGelu writes it.</summary>
    public static bool IsGelu(this NodeProto node) => node.OpType is "Gelu" && node.Domain is "com.microsoft";

    /// <summary>Whether a node is one of these operators.</summary>
    public static bool IsKernel(this NodeProto node) => node.Domain is Domain;

    /// <summary>Whether a graph needs the kernels.</summary>
    public static bool AreUsedIn(Graph graph) => graph.Nodes.Any(IsKernel);

    /// <summary>Lets a kernel give the mean of each channel of its image too, to those who pool the image for it.</summary>
    public static void TakeMeans(Graph graph, NodeProto kernel)
    {
        foreach (
            NodeProto? pooling in graph
                .Consumers(kernel.Output[0])
                .Where(reader => reader.Is("GlobalAveragePool"))
                .ToList()
        )
        {
            if (kernel.Output.Count == 1)
            {
                kernel.Output.Add(graph.NewName($"{kernel.Output[0]}/means"));
            }

            graph.Redirect(pooling.Output[0], kernel.Output[1]);
        }
    }

    private static NodeProto Create(Graph graph, string opType, ReadOnlySpan<string> inputs, string output)
    {
        graph.Import(Domain, 1);
        NodeProto node = Nodes.Create(opType, inputs, output);
        node.Domain = Domain;
        return node;
    }
}
