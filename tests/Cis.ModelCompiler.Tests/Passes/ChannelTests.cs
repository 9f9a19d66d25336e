using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;

namespace Cis.ModelCompiler.Tests.Passes;

public sealed class ChannelTests
{
    [Fact]
    public void A_weight_too_tiny_to_matter_becomes_zero_and_a_small_one_stays()
    {
        Graph graph = TinyGraph.OfImage(2);
        graph.EndingIn(graph.Conv("x", 2, 2, weights: w => (w[0], w[1], w[2]) = (1e-39f, -9e-21f, 2e-20f)));

        Assert.Equal(2, new FlushTinyWeights().ApplyKeepingOutput(graph, 1, 2, 3, 3));
        Assert.Equal([0f, 0f, 2e-20f], graph.Constant(graph.Nodes[0].Input[1])!.Floats()[..3]);
    }

    [Fact]
    public void Channels_without_weights_are_dropped_and_what_their_bias_gives_goes_on()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Conv("x", 3, 48, weights: w => Array.Clear(w, 3 * 10, 3 * 32));
        graph.EndingIn(graph.Conv(graph.Op("Relu", y), 48, 5));

        Assert.Equal(32, new PruneDeadChannels().ApplyKeepingOutput(graph, 1, 3, 4, 4));
        Assert.Equal([16, 3, 1, 1], graph.Constant(graph.Nodes[0].Input[1])!.Shape());
    }

    [Fact]
    public void A_dead_channel_is_followed_through_gate_and_depthwise_convolution()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Conv("x", 3, 32, weights: w => Array.Clear(w, 0, 3 * 16), bias: b => Array.Clear(b, 0, 16));
        y = graph.Op("Mul", y, graph.Op("HardSigmoid", y));
        y = graph.Conv(y, 32, 32, kernel: 3, groups: 32);
        graph.EndingIn(graph.Conv(graph.Op("Sigmoid", y), 32, 5));

        Assert.Equal(16, new PruneDeadChannels().ApplyKeepingOutput(graph, 1, 3, 5, 5));
        Assert.Equal(16, graph.Nodes[3].Int("group", 1));
    }

    [Fact]
    public void A_constant_that_breaks_off_at_the_border_is_kept()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Conv(
            "x",
            3,
            32,
            weights: w => Array.Clear(w, 0, 3 * 16),
            bias: b => Array.Fill(b, 0.5f, 0, 16)
        );
        graph.EndingIn(graph.Conv(graph.Op("Relu", y), 32, 5, kernel: 3));

        Assert.Equal(0, new PruneDeadChannels().ApplyKeepingOutput(graph, 1, 3, 5, 5));
    }

    [Fact]
    public void Channels_that_nothing_reads_are_dropped_through_a_concatenation()
    {
        Graph graph = TinyGraph.OfImage(3);
        string left = graph.Conv("x", 3, 4);
        string right = graph.Op("AveragePool", node => node.With("kernel_shape", 1L, 1L), graph.Conv("x", 3, 32));
        string both = graph.Op("Concat", node => node.With("axis", 1L), left, right);
        graph.EndingIn(graph.Conv(both, 36, 2, kernel: 3, weights: ForgetLast16));

        Assert.Equal(16, new PruneDeadChannels().ApplyKeepingOutput(graph, 1, 3, 5, 5));

        static void ForgetLast16(float[] weights)
        {
            for (int output = 0; output < 2; output++)
            {
                Array.Clear(weights, (output * 36 + 20) * 9, 16 * 9);
            }
        }
    }

    [Fact]
    public void Channels_are_filled_up_to_blocks_through_pooling_and_concatenation()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Op("Relu", graph.Conv("x", 3, 12));
        string pooled = graph.Op("MaxPool", node => node.With("kernel_shape", 2L, 2L).With("pads", 0L, 0L, 1L, 1L), y);
        string other = graph.Op("Relu", graph.Conv(y, 12, 20));
        string both = graph.Op("Concat", node => node.With("axis", 1L), pooled, other);
        graph.EndingIn(graph.Conv(both, 32, 4, kernel: 3));

        Assert.Equal(2, new AlignChannels().ApplyKeepingOutput(graph, 1, 3, 5, 5));
        Assert.Equal([4, 48, 3, 3], graph.Constant(graph.Nodes[^1].Input[1])!.Shape());
    }

    [Fact]
    public void Channels_that_something_else_reads_are_not_filled_up()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Conv("x", 3, 12);
        graph.EndingIn(graph.Op("Add", y, graph.Conv(y, 12, 12)));

        Assert.Equal(0, new AlignChannels().ApplyKeepingOutput(graph, 1, 3, 5, 5));
    }

    [Fact]
    public void A_convolution_of_a_concatenation_becomes_a_sum_of_two()
    {
        Graph graph = TinyGraph.OfImage(3);
        string both = graph.Op("Concat", node => node.With("axis", 1L), graph.Conv("x", 3, 16), graph.Conv("x", 3, 32));
        graph.EndingIn(graph.Op("Relu", graph.Conv(both, 48, 16, kernel: 3)));

        Assert.Equal(1, new SplitConcatenation().ApplyKeepingOutput(graph, 1, 3, 5, 5));
        Assert.Equal((0, 4, 1), (graph.Count("Concat"), graph.Count("Conv"), graph.Count("Add")));
    }
}
