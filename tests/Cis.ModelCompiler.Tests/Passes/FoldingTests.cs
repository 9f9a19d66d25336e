using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;

namespace Cis.ModelCompiler.Tests.Passes;

public sealed class FoldingTests
{
    [Fact]
    public void Normalization_factors_and_shifts_go_into_the_convolution_before_them()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Conv("x", 3, 8, kernel: 3);
        y = graph.Op(
            "BatchNormalization",
            y,
            graph.Vector(8),
            graph.Vector(8),
            graph.Vector(8),
            graph.Vector(8, around: 1)
        );
        y = graph.Op("Mul", graph.Scalar(0.7f), y);
        y = graph.Op("Add", y, graph.PerChannel(8));
        y = graph.Op("Div", y, graph.Scalar(3));
        y = graph.Op("Sub", y, graph.Scalar(0.25f));
        graph.EndingIn(graph.Op("Relu", y));

        int folded = new FoldIntoPrecedingConvolution().ApplyKeepingOutput(graph, 1, 3, 6, 7);

        Assert.Equal(5, folded);
        Assert.Equal(["Conv", "Relu"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void A_bias_goes_into_the_transposed_convolution_before_it()
    {
        Graph graph = TinyGraph.OfImage(3);
        string weights = graph.AddConstant("w", TinyGraph.Random(3 * 5 * 4, seed: 1), 3, 5, 2, 2);
        string y = graph.Op("ConvTranspose", node => node.With("strides", 2L, 2L), "x", weights);
        graph.EndingIn(graph.Op("Relu", graph.Op("Add", y, graph.PerChannel(5))));

        Assert.Equal(1, new FoldIntoPrecedingConvolution().ApplyKeepingOutput(graph, 1, 3, 4, 4));
        Assert.Equal(0, graph.Count("Add"));
    }

    [Fact]
    public void A_convolution_with_two_readers_takes_nothing_in()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Conv("x", 3, 8);
        graph.EndingIn(graph.Op("Add", y, graph.Op("Mul", y, graph.Scalar(2))));

        Assert.Equal(0, new FoldIntoPrecedingConvolution().ApplyKeepingOutput(graph, 1, 3, 4, 4));
    }

    [Fact]
    public void A_constant_of_another_shape_than_the_channels_is_left()
    {
        Graph graph = TinyGraph.OfImage(3);
        string perColumn = graph.AddConstant("columns", TinyGraph.Random(4, seed: 3), 1, 1, 1, 4);
        graph.EndingIn(graph.Op("Mul", graph.Conv("x", 3, 4), perColumn));

        Assert.Equal(0, new FoldIntoPrecedingConvolution().ApplyKeepingOutput(graph, 1, 3, 4, 4));
    }

    [Fact]
    public void An_affine_block_goes_into_the_pointwise_convolution_after_it()
    {
        Graph graph = TinyGraph.OfImage(4);
        string y = graph.Op("Mul", graph.Scalar(0.3f), graph.Op("Relu", "x"));
        y = graph.Op("Add", y, graph.PerChannel(4));
        graph.EndingIn(graph.Conv(y, 4, 8));

        Assert.Equal(2, new FoldIntoFollowingConvolutions().ApplyKeepingOutput(graph, 1, 4, 5, 5));
        Assert.Equal(["Relu", "Conv"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void A_padded_convolution_takes_in_the_factor_before_it_but_not_the_shift()
    {
        Graph graph = TinyGraph.OfImage(4);
        string scaled = graph.Op("Mul", graph.Op("Relu", "x"), graph.Scalar(0.3f));
        string y = graph.Conv(scaled, 4, 4, kernel: 3, groups: 4);
        string shifted = graph.Op("Add", graph.Op("Relu", y), graph.Scalar(0.5f));
        graph.EndingIn(graph.Conv(shifted, 4, 6, kernel: 3));

        Assert.Equal(1, new FoldIntoFollowingConvolutions().ApplyKeepingOutput(graph, 1, 4, 5, 5));
        Assert.Equal((0, 1), (graph.Count("Mul"), graph.Count("Add")));
    }

    [Fact]
    public void A_factor_that_something_else_reads_too_stays()
    {
        Graph graph = TinyGraph.OfImage(4);
        string scaled = graph.Op("Mul", graph.Op("Relu", "x"), graph.Scalar(0.3f));
        graph.EndingIn(graph.Op("Add", graph.Conv(scaled, 4, 4), scaled));

        Assert.Equal(0, new FoldIntoFollowingConvolutions().ApplyKeepingOutput(graph, 1, 4, 5, 5));
    }

    [Fact]
    public void What_no_convolution_takes_in_becomes_a_depthwise_convolution()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Op("Relu", graph.Conv("x", 3, 16));
        y = graph.Op("Add", graph.Op("Mul", graph.Scalar(0.3f), y), graph.Scalar(-0.2f));
        graph.EndingIn(graph.Conv(y, 16, 16, kernel: 3, groups: 16));

        Assert.Equal(1, new AffineAsDepthwise().ApplyKeepingOutput(graph, 1, 3, 5, 5));
        Assert.Equal(["Conv", "Relu", "Conv", "Conv"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Two_matrices_become_one_where_that_is_smaller()
    {
        Graph graph = TinyGraph.OfImage(32);
        graph.EndingIn(graph.Conv(graph.Conv("x", 32, 48), 48, 16));

        Assert.Equal(1, new ComposePointwise().ApplyKeepingOutput(graph, 1, 32, 3, 3));
        Assert.Equal(1, graph.Count("Conv"));
    }

    [Fact]
    public void Two_matrices_stay_two_where_they_meet_in_few_channels()
    {
        Graph graph = TinyGraph.OfImage(96);
        graph.EndingIn(graph.Conv(graph.Conv("x", 96, 16), 16, 96));

        Assert.Equal(0, new ComposePointwise().ApplyKeepingOutput(graph, 1, 96, 3, 3));
    }
}
