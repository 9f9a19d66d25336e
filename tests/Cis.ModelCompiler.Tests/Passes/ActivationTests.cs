using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;

namespace Cis.ModelCompiler.Tests.Passes;

public sealed class ActivationTests
{
    [Fact]
    public void A_hard_swish_of_four_nodes_becomes_a_gate_and_a_product()
    {
        Graph graph = TinyGraph.OfImage(3);
        string clipped = graph.Op("Clip", graph.Op("Add", "x", graph.Scalar(3)), graph.Scalar(0), graph.Scalar(6));
        graph.EndingIn(graph.Op("Div", graph.Op("Mul", "x", clipped), graph.Scalar(6)));

        Assert.Equal(1, new HardSwishToHardSigmoid().ApplyKeepingOutput(graph, 1, 3, 4, 4));
        Assert.Equal(["HardSigmoid", "Mul"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void A_hard_swish_whose_bounds_are_attributes_is_found_too()
    {
        Graph graph = TinyGraph.OfImage(3, opset: 9);
        string clipped = graph.Op(
            "Clip",
            node => node.With("min", 0f).With("max", 6f),
            graph.Op("Add", "x", graph.Scalar(3))
        );
        graph.EndingIn(graph.Op("Div", graph.Op("Mul", "x", clipped), graph.Scalar(6)));

        Assert.Equal(1, new HardSwishToHardSigmoid().ApplyKeepingOutput(graph, 1, 3, 4, 4));
    }

    [Fact]
    public void The_hard_swish_operator_becomes_a_gate_and_a_product()
    {
        Graph graph = TinyGraph.OfImage(3, opset: 14);
        graph.EndingIn(graph.Op("HardSwish", "x"));

        Assert.Equal(1, new HardSwishToHardSigmoid().ApplyKeepingOutput(graph, 1, 3, 4, 4));
    }

    [Fact]
    public void Another_clip_is_no_hard_swish()
    {
        Graph graph = TinyGraph.OfImage(3);
        string clipped = graph.Op("Clip", graph.Op("Add", "x", graph.Scalar(3)), graph.Scalar(0), graph.Scalar(5));
        graph.EndingIn(graph.Op("Div", graph.Op("Mul", "x", clipped), graph.Scalar(6)));

        Assert.Equal(0, new HardSwishToHardSigmoid().ApplyKeepingOutput(graph, 1, 3, 4, 4));
    }

    [Fact]
    public void The_five_nodes_of_a_gelu_become_one()
    {
        Graph graph = TinyGraph.OfImage(3);
        string erf = graph.Op("Erf", graph.Op("Div", "x", graph.Scalar(1.4142135f)));
        string product = graph.Op("Mul", "x", graph.Op("Add", erf, graph.Scalar(1)));
        graph.EndingIn(graph.Op("Mul", product, graph.Scalar(0.5f)));

        Assert.Equal(1, new FuseGelu().ApplyKeepingOutput(graph, 1, 3, 4, 4));
        Assert.Equal(["Gelu"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void The_nine_nodes_of_a_layer_normalization_become_one()
    {
        Graph graph = TinyGraph.OfInput(11, 1, -1, 24);
        string difference = graph.Op("Sub", "x", Mean(graph, "x"));
        string variance = Mean(graph, graph.Op("Pow", difference, graph.Scalar(2)));
        string deviation = graph.Op("Sqrt", graph.Op("Add", variance, graph.Scalar(1e-5f)));
        string scaled = graph.Op("Mul", graph.Op("Div", difference, deviation), graph.Vector(24, around: 1));
        graph.EndingIn(graph.Op("Add", scaled, graph.Vector(24)), 1, -1, 24);

        Assert.Equal(1, new FuseLayerNormalization().ApplyKeepingOutput(graph, 1, 7, 24));
        Assert.Equal(["LayerNormalization"], graph.Nodes.Select(node => node.OpType));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0.5204998778)]
    [InlineData(-1, -0.8427007929)]
    [InlineData(2.5, 0.9995930480)]
    [InlineData(3.9, 0.9999999652)]
    [InlineData(9, 1)]
    public void The_error_function_has_its_tabulated_values(double x, double expected) =>
        Assert.Equal(expected, Activations.Erf(x), 1e-9);

    private static string Mean(Graph graph, string value) =>
        graph.Op("ReduceMean", node => node.With("axes", [-1L]), value);
}
