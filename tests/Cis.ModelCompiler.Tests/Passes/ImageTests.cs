using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;
using Cis.ModelCompiler.Passes;

namespace Cis.ModelCompiler.Tests.Passes;

public sealed class ImageTests
{
    [Fact]
    public void Constant_nodes_become_initializers()
    {
        Graph graph = TinyGraph.OfImage(3);
        var two = new NodeProto { OpType = "Constant" };
        two.Output.Add("two");
        two.Attribute.Add(
            new AttributeProto
            {
                Name = "value",
                Type = AttributeProto.Types.AttributeType.Tensor,
                T = Tensors.Create("inside", [2f], 1),
            }
        );
        graph.Insert(two);
        graph.EndingIn(graph.Op("Mul", "x", "two"));

        Assert.Equal(1, new ConstantNodesToInitializers().ApplyKeepingOutput(graph, 1, 3, 2, 2));
        Assert.Equal(["Mul"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void Nodes_that_change_nothing_are_removed_and_the_output_keeps_its_name()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Op("Dropout", graph.Op("Identity", graph.Conv("x", 3, 3)));
        y = graph.Op("Cast", node => node.With("to", 1L), graph.Conv(y, 3, 3));
        y = graph.Op("Add", graph.Op("Mul", y, graph.Scalar(1)), graph.Scalar(0));
        string output = graph.Op("Identity", graph.Op("Relu", y));
        graph.EndingIn(output);

        Assert.Equal(6, new RemoveIdentities().ApplyKeepingOutput(graph, 1, 3, 4, 4));
        Assert.Equal(["Conv", "Conv", "Relu"], graph.Nodes.Select(node => node.OpType));
        Assert.Equal(output, graph.Nodes[^1].Output[0]);
    }

    [Fact]
    public void A_cast_that_may_change_the_type_stays()
    {
        Graph graph = TinyGraph.OfImage(3);
        string size = graph.Op("Cast", node => node.With("to", 1L), graph.Op("Shape", "x"));
        graph.EndingIn(graph.Op("Relu", size), 4);

        Assert.Equal(0, new RemoveIdentities().ApplyKeepingOutput(graph, 1, 3, 4, 4));
    }

    [Fact]
    public void A_mean_over_the_image_becomes_a_global_pooling()
    {
        Graph graph = TinyGraph.OfImage(3);
        graph.EndingIn(graph.Op("ReduceMean", node => node.With("axes", 2L, 3L), "x"));

        Assert.Equal(1, new GlobalPooling().ApplyKeepingOutput(graph, 1, 3, 5, 6));
        Assert.Equal(["GlobalAveragePool"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void A_gate_with_a_short_cut_becomes_one_product()
    {
        Graph graph = TinyGraph.OfImage(3);
        string y = graph.Conv("x", 3, 4);
        string gate = graph.Op("HardSigmoid", graph.Conv(graph.Op("GlobalAveragePool", y), 4, 4));
        graph.EndingIn(graph.Op("Add", y, graph.Op("Mul", y, gate)));

        Assert.Equal(1, new GateOnce().ApplyKeepingOutput(graph, 1, 3, 5, 6));
        Assert.Equal(1, graph.Count("Mul"));
    }

    [Fact]
    public void A_pooling_moves_before_the_sum_and_the_matrix()
    {
        Graph graph = TinyGraph.OfImage(4);
        string sum = graph.Op("Add", graph.Op("Relu", "x"), graph.Conv(graph.Op("Sigmoid", "x"), 4, 4));
        graph.EndingIn(graph.Op("AveragePool", Window, sum));

        Assert.Equal(2, new PoolBeforePointwise().ApplyKeepingOutput(graph, 1, 4, 6, 8));
        Assert.Equal("Add", graph.Nodes[^1].OpType);
        Assert.Equal("AveragePool", graph.Producer(graph.Nodes.Single(node => node.Is("Conv")).Input[0])!.OpType);
    }

    [Fact]
    public void A_pooling_with_padding_stays()
    {
        Graph graph = TinyGraph.OfImage(4);
        string y = graph.Conv("x", 4, 4);
        graph.EndingIn(graph.Op("AveragePool", node => Window(node.With("pads", 1L, 1L, 1L, 1L)), y));

        Assert.Equal(0, new PoolBeforePointwise().ApplyKeepingOutput(graph, 1, 4, 6, 8));
    }

    private static void Window(NodeProto node) => node.With("kernel_shape", 3L, 2L).With("strides", 3L, 2L);
}
