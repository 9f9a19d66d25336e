using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;
using Cis.ModelCompiler.Passes;
using Cis.ModelCompiler.Passes.Kernels;

namespace Cis.ModelCompiler.Tests.Passes.Kernels;

/// <summary>
/// What the kernels compute is what the graph before the pass did, but for the rounding to 8 bits: a step is 1/255 of a
/// pixel's range (1/127 without VNNI) and 1/127 of a row's greatest weight, and the errors of the terms of a sum mostly cancel.
/// </summary>
public sealed class KernelPassTests
{
    private const float EightBits = 0.02f;
    private const float Floats = 1e-5f;

    [Theory]
    [InlineData(1, 1)] // one pixel
    [InlineData(5, 3)] // less than a vector
    [InlineData(8, 8)] // a whole tile
    [InlineData(7, 33)] // tiles, and one of three vectors with idle lanes
    public void A_channel_mixer_is_one_operator(int height, int width)
    {
        Graph graph = TinyGraph.OfImage(24);
        graph.EndingIn(Mixer(graph, "x", 24, 48, 24, shortCut: true));

        int rewritten = new FuseChannelMixers().ApplyKeepingOutput(graph, EightBits, 1, 24, height, width);

        Assert.Equal(1, rewritten);
        Assert.Equal(["ChannelMixer"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void A_channel_mixer_to_more_channels_has_no_short_cut()
    {
        Graph graph = TinyGraph.OfImage(12);
        graph.EndingIn(Mixer(graph, "x", 12, 24, 18, shortCut: false));

        new FuseChannelMixers().ApplyKeepingOutput(graph, EightBits, 1, 12, 6, 11);

        Assert.Equal(["ChannelMixer"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Every_image_of_a_batch_is_mixed_by_itself()
    {
        Graph graph = TinyGraph.OfInput(11, 3, 12, -1, -1);
        graph.EndingIn(Mixer(graph, "x", 12, 24, 12, shortCut: true));

        Assert.Equal(1, new FuseChannelMixers().ApplyKeepingOutput(graph, EightBits, 3, 12, 5, 7));
    }

    [Fact]
    public void Depthwise_convolution_gate_and_mixer_become_two_operators_and_the_gate()
    {
        Graph graph = TinyGraph.OfImage(12);
        string image = graph.Conv("x", 12, 12, kernel: 3, groups: 12);
        string gate = graph.Op("HardSigmoid", graph.Conv(graph.Op("GlobalAveragePool", image), 12, 12));
        graph.EndingIn(Mixer(graph, graph.Op("Mul", image, gate), 12, 24, 12, shortCut: true));

        new FuseChannelMixers().ApplyKeepingOutput(graph, EightBits, 1, 12, 6, 23);
        new DepthwiseToKernels().Apply(graph);

        Assert.Equal(["DepthwiseConv", "Conv", "HardSigmoid", "ChannelMixer"], graph.Nodes.Select(node => node.OpType));
    }

    [Theory]
    [InlineData(3, 1, 1, 6, 40)]
    [InlineData(3, 2, 1, 7, 17)]
    [InlineData(3, 2, 2, 9, 71)]
    [InlineData(7, 1, 1, 4, 5)] // a kernel wider than the image
    [InlineData(5, 1, 2, 5, 64)]
    public void A_depthwise_convolution_beside_a_mixer_gives_the_same_but_for_rounding(
        int kernel,
        int strideY,
        int strideX,
        int height,
        int width
    )
    {
        Graph graph = TinyGraph.OfImage(12);
        string image = graph.Conv("x", 12, 12, kernel, groups: 12);
        graph.Producer(image)!.With("strides", (long)strideY, strideX);
        graph.EndingIn(Mixer(graph, image, 12, 24, 12, shortCut: true));
        new FuseChannelMixers().Apply(graph);
        float[] input = TinyGraph.Random(12 * height * width, seed: 5);
        float[][] before = KernelRuntime.Evaluate(graph, input, 1, 12, height, width);

        Assert.Equal(1, new DepthwiseToKernels().Apply(graph));

        Assert.Equal(["DepthwiseConv", "ChannelMixer"], graph.Nodes.Select(node => node.OpType));
        // A sum rounded otherwise can cross the middle between two of the steps.
        float[][] after = KernelRuntime.Evaluate(graph, input, 1, 12, height, width);
        Assert.All(after, (values, set) => Runtime.AssertClose(before[set], values, 0.01f));
    }

    [Fact]
    public void A_pointwise_convolution_before_a_gelu_alone_is_an_operator()
    {
        Graph graph = TinyGraph.OfImage(12);
        string mixed = Mixer(graph, "x", 12, 24, 12, shortCut: true);
        string hidden = Gelu(graph, graph.Conv(graph.Conv(mixed, 12, 12, kernel: 3, groups: 12), 12, 24));
        graph.EndingIn(graph.Op("MaxPool", node => node.With("kernel_shape", 3L, 2L), hidden));

        new FuseChannelMixers().ApplyKeepingOutput(graph, EightBits, 1, 12, 6, 9);
        Assert.Equal(1, new PointwiseToKernels().Apply(graph));

        Assert.Equal(["ChannelMixer", "Conv", "Pointwise", "MaxPool"], graph.Nodes.Select(node => node.OpType));
    }

    [Theory]
    [InlineData(3, 1, 9, 70)] // more than a tile of rows and columns
    [InlineData(3, 2, 13, 131)]
    [InlineData(3, 2, 1, 1)]
    [InlineData(2, 1, 5, 16)]
    public void A_dense_convolution_in_a_graph_with_kernels_is_one(int kernel, int stride, int height, int width)
    {
        Graph graph = TinyGraph.OfImage(5);
        string image = Dense(graph, "x", 5, 8, kernel, stride);
        graph.EndingIn(Mixer(graph, image, 8, 12, 8, shortCut: true));

        new FuseChannelMixers().ApplyKeepingOutput(graph, EightBits, 1, 5, height, width);
        Assert.Equal(1, new DenseToKernels().ApplyKeepingKernelOutput(graph, EightBits, 1, 5, height, width));

        Assert.Equal(["DenseConv", "ChannelMixer"], graph.Nodes.Select(node => node.OpType));
    }

    [Theory]
    [InlineData(6, 10)]
    [InlineData(9, 67)]
    [InlineData(2, 1)]
    public void Pooling_and_sum_go_into_the_dense_convolutions_of_a_stem(int height, int width)
    {
        Graph graph = TinyGraph.OfImage(3);
        string image = graph.Op("Relu", Dense(graph, "x", 3, 8, kernel: 3, stride: 1));
        string pooled = graph.Op(
            "MaxPool",
            node => node.With("kernel_shape", 2L, 2L).With("auto_pad", "SAME_UPPER"),
            image
        );
        string sum = graph.Op("Add", Dense(graph, pooled, 8, 7, 3, 2), Dense(graph, image, 8, 7, 3, 2));
        graph.EndingIn(Mixer(graph, Dense(graph, graph.Op("Relu", sum), 7, 4, 3, 1), 4, 12, 4, shortCut: true));
        new FuseChannelMixers().Apply(graph);

        Assert.Equal(4, new DenseToKernels().ApplyKeepingKernelOutput(graph, EightBits, 1, 3, height, width));

        Assert.Equal(
            ["DenseConv", "DenseConv", "DenseConv", "DenseConv", "ChannelMixer"],
            graph.Nodes.Select(node => node.OpType)
        );
    }

    [Fact]
    public void Two_transposed_convolutions_are_a_mixer_and_a_shuffle_of_pixels()
    {
        Graph graph = TinyGraph.OfImage(4);
        string image = Mixer(graph, "x", 4, 12, 4, shortCut: true);
        string doubled = graph.Op("Relu", Doubling(graph, image, 4, 5));
        graph.EndingIn(graph.Op("Sigmoid", Doubling(graph, doubled, 5, 1)));
        new FuseChannelMixers().Apply(graph);

        Assert.Equal(1, new UpsamplingToKernels().ApplyKeepingKernelOutput(graph, EightBits, 1, 4, 3, 7));

        Assert.Equal(
            ["ChannelMixer", "ChannelMixer", "DepthToSpace", "Sigmoid"],
            graph.Nodes.Select(node => node.OpType)
        );
    }

    [Theory]
    [InlineData(4, 6)]
    [InlineData(10, 134)] // tiles, and one of a vector with idle lanes
    public void A_gated_lateral_convolution_and_the_coarser_level_are_one_operator(int height, int width)
    {
        Graph graph = TinyGraph.OfImage(8);
        string fine = Mixer(graph, "x", 8, 12, 8, shortCut: true);
        string coarse = Mixer(graph, Dense(graph, fine, 8, 8, kernel: 3, stride: 2), 8, 12, 7, shortCut: false);
        string lateral = graph.Conv(fine, 8, 7);
        graph.EndingIn(graph.Op("Add", Gated(graph, lateral, 7), Repeat(graph, coarse, 2)));
        new FuseChannelMixers().Apply(graph);
        new DenseToKernels().Apply(graph);

        Assert.Equal(1, new LateralToKernels().ApplyKeepingKernelOutput(graph, EightBits, 1, 8, height, width));

        Assert.Equal("Lateral", graph.Nodes[^1].OpType);
        Assert.DoesNotContain(graph.Nodes, node => node.OpType is "Resize" or "Mul");
    }

    [Fact]
    public void A_lateral_convolution_that_others_read_stays()
    {
        Graph graph = TinyGraph.OfImage(8);
        string fine = Mixer(graph, "x", 8, 12, 8, shortCut: true);
        string coarse = graph.Op("MaxPool", node => node.With("kernel_shape", 2L, 2L).With("strides", 2L, 2L), fine);
        string lateral = graph.Conv(fine, 8, 8);
        string sum = graph.Op("Add", Gated(graph, lateral, 8), Repeat(graph, coarse, 2));
        graph.EndingIn(graph.Op("Add", sum, lateral));
        new FuseChannelMixers().Apply(graph);

        Assert.Equal(0, new LateralToKernels().ApplyKeepingKernelOutput(graph, Floats, 1, 8, 4, 6));
    }

    [Theory]
    [InlineData(7, 3, 5)] // a kernel wider than the image
    [InlineData(7, 4, 150)] // tiles inside of the row, and at its ends
    [InlineData(3, 9, 65)]
    public void A_depthwise_convolution_and_the_narrowing_one_after_it_are_one_operator(
        int kernel,
        int height,
        int width
    )
    {
        Graph graph = TinyGraph.OfImage(12);
        string wide = graph.Conv(Mixer(graph, "x", 12, 24, 12, shortCut: true), 12, 12, kernel, groups: 12);
        graph.EndingIn(Gated(graph, graph.Conv(wide, 12, 7), 7));
        new FuseChannelMixers().Apply(graph);

        Assert.Equal(1, new SeparableToKernels().ApplyKeepingKernelOutput(graph, Floats, 1, 12, height, width));

        Assert.Equal(
            ["ChannelMixer", "SeparableConv", "Conv", "HardSigmoid", "Mul"],
            graph.Nodes.Select(node => node.OpType)
        );
        Assert.Equal(0, new PointwiseToKernels().Apply(graph));
    }

    [Theory]
    [InlineData(4, 6)]
    [InlineData(22, 134)] // more rows than are kept
    public void The_last_lateral_convolution_and_the_separable_one_after_it_are_one_operator(int height, int width)
    {
        Graph graph = TinyGraph.OfImage(8);
        string fine = Mixer(graph, "x", 8, 12, 8, shortCut: true);
        string coarse = Mixer(graph, Dense(graph, fine, 8, 8, kernel: 3, stride: 2), 8, 12, 12, shortCut: false);
        string level = graph.Op("Add", Gated(graph, graph.Conv(fine, 8, 12), 12), Repeat(graph, coarse, 2));
        graph.EndingIn(Gated(graph, graph.Conv(graph.Conv(level, 12, 12, kernel: 7, groups: 12), 12, 5), 5));
        new FuseChannelMixers().Apply(graph);
        new DenseToKernels().Apply(graph);
        new LateralToKernels().Apply(graph);
        new SeparableToKernels().Apply(graph);

        Assert.Equal(1, new LateralIntoSeparable().ApplyKeepingKernelOutput(graph, share: 0, 1, 8, height, width));

        Assert.Equal(1, graph.Count("LateralSeparable"));
        Assert.DoesNotContain(graph.Nodes, node => node.OpType is "Lateral" or "SeparableConv");
    }

    [Theory]
    [InlineData(8, 16)]
    [InlineData(40, 136)] // more rows than are kept, more columns than a tile
    public void Levels_of_a_pyramid_are_convolved_without_a_stack_of_them(int height, int width)
    {
        Graph graph = TinyGraph.OfImage(4);
        string fine = Mixer(graph, "x", 4, 12, 4, shortCut: true);
        string half = graph.Op("MaxPool", node => node.With("kernel_shape", 2L, 2L).With("strides", 2L, 2L), fine);
        string eighth = graph.Op("MaxPool", node => node.With("kernel_shape", 8L, 8L).With("strides", 8L, 8L), fine);
        string[] images = new[] { Repeat(graph, eighth, 8), Repeat(graph, half, 2), fine };
        string stack = graph.Op("Concat", node => node.With("axis", 1L), images);
        graph.EndingIn(graph.Op("Relu", Dense(graph, stack, 12, 7, kernel: 3, stride: 1)));
        new FuseChannelMixers().Apply(graph);
        new DenseToKernels().Apply(graph);

        Assert.Equal(1, new StackToKernels().ApplyKeepingKernelOutput(graph, share: 0, 1, 4, height, width));

        Assert.Equal(["ChannelMixer", "MaxPool", "MaxPool", "StackedConv"], graph.Nodes.Select(node => node.OpType));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 13)] // sides that no stride divides
    [InlineData(32, 64)]
    [InlineData(150, 131)] // more rows than are kept of any layer
    public void The_five_convolutions_of_a_stem_are_one_operator(int height, int width)
    {
        Graph graph = Stem(out string? y);
        graph.EndingIn(y);

        Assert.Equal(1, new StemToKernels().ApplyKeepingKernelOutput(graph, share: 0, 2, 3, height, width));

        Assert.Equal(["Stem", "ChannelMixer"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void A_stem_that_others_read_from_stays()
    {
        Graph graph = Stem(out string? y);
        string inside = graph.Nodes.First(node => node.Input.Contains("x")).Output[0];
        string pooled = graph.Op("GlobalAveragePool", inside);
        graph.EndingIn(graph.Op("Concat", node => node.With("axis", 1L), graph.Op("GlobalAveragePool", y), pooled));

        Assert.Equal(0, new StemToKernels().Apply(graph));
    }

    [Fact]
    public void A_graph_without_channel_mixers_is_left_alone()
    {
        Graph graph = TinyGraph.OfImage(4);
        graph.EndingIn(graph.Op("Relu", Dense(graph, "x", 4, 8, kernel: 3, stride: 1)));

        IGraphPass[] passes =
        [
            new DenseToKernels(),
            new StemToKernels(),
            new LateralToKernels(),
            new SeparableToKernels(),
            new LateralIntoSeparable(),
            new PointwiseToKernels(),
            new DepthwiseToKernels(),
            new StackToKernels(),
        ];

        Assert.All(passes, pass => Assert.Equal(0, pass.Apply(graph)));
        Assert.False(KernelOperators.AreUsedIn(graph));
    }

    [Fact]
    public void Channels_that_do_not_fill_the_groups_stay_with_the_runtime()
    {
        Graph graph = TinyGraph.OfImage(10);
        graph.EndingIn(Mixer(graph, "x", 10, 20, 10, shortCut: true));

        Assert.Equal(0, new FuseChannelMixers().ApplyKeepingOutput(graph, Floats, 1, 10, 3, 3));
    }

    private static string Mixer(Graph graph, string x, int inputs, int hidden, int outputs, bool shortCut)
    {
        string mixed = graph.Conv(Gelu(graph, graph.Conv(x, inputs, hidden)), hidden, outputs);
        return shortCut ? graph.Op("Add", x, mixed) : mixed;
    }

    private static string Dense(Graph graph, string x, int inputs, int outputs, int kernel, int stride)
    {
        string y = graph.Conv(x, inputs, outputs, kernel);
        NodeProto node = graph.Producer(y)!.With("strides", (long)stride, stride);
        if (kernel % 2 == 0)
        {
            node.Attribute.Remove(node.Find("pads"));
            node.With("auto_pad", "SAME_UPPER");
        }
        return y;
    }

    /// <summary>The stem of two images, as kernels, and a mixer after it.</summary>
    private static Graph Stem(out string y)
    {
        Graph graph = TinyGraph.OfInput(11, 2, 3, -1, -1);
        string a = graph.Op("Relu", Dense(graph, "x", 3, 8, kernel: 3, stride: 2));
        string b = graph.Op("Relu", Dense(graph, a, 8, 4, kernel: 2, stride: 1));
        string c = graph.Op("Relu", Dense(graph, b, 4, 8, kernel: 2, stride: 1));
        string pooled = graph.Op(
            "MaxPool",
            node => node.With("kernel_shape", 2L, 2L).With("auto_pad", "SAME_UPPER"),
            a
        );
        string sum = graph.Op("Add", Dense(graph, pooled, 8, 8, 3, 2), Dense(graph, c, 8, 8, 3, 2));
        y = Mixer(graph, graph.Op("Relu", sum), 8, 12, 8, shortCut: true);
        graph.EndingIn(y);
        new FuseChannelMixers().Apply(graph);
        new DenseToKernels().Apply(graph);
        return graph;
    }

    private static string Gated(Graph graph, string image, int channels)
    {
        string gate = graph.Op("HardSigmoid", graph.Conv(graph.Op("GlobalAveragePool", image), channels, channels));
        return graph.Op("Mul", image, gate);
    }

    private static string Repeat(Graph graph, string image, int times)
    {
        (string? roi, string? scales) = (
            graph.AddConstant("roi", Array.Empty<float>(), 0),
            graph.AddConstant("scales", [1f, 1f, times, times], 4)
        );
        return graph.Op(
            "Resize",
            node =>
                node.With("mode", "nearest")
                    .With("coordinate_transformation_mode", "asymmetric")
                    .With("nearest_mode", "floor"),
            image,
            roi,
            scales
        );
    }

    private static string Doubling(Graph graph, string x, int inputs, int outputs)
    {
        string weights = graph.AddConstant("w", TinyGraph.Random(inputs * outputs * 4, seed: 6), inputs, outputs, 2, 2);
        return graph.Op("ConvTranspose", node => node.With("strides", 2L, 2L), x, weights, graph.Vector(outputs));
    }

    private static string Gelu(Graph graph, string x) =>
        graph.Insert(RuntimeOperators.Gelu(graph, x, graph.NewName("gelu"))).Output[0];
}
