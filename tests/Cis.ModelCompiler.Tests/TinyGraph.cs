using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Tests;

/// <summary>Graphs of a few nodes to try passes on: an image <c>x</c> in, random weights, one value out.</summary>
internal static class TinyGraph
{
    /// <summary>A graph that takes an image [1, channels, H, W].</summary>
    public static Graph OfImage(int channels, int opset = 11) => OfInput(opset, 1, channels, -1, -1);

    public static Graph OfInput(int opset, params ReadOnlySpan<int> shape)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            Graph = new GraphProto { Name = "tiny" },
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = opset });
        model.Graph.Input.Add(Values.Float("x", shape));
        return new Graph(model);
    }

    /// <summary>A convolution with random weights and bias that keeps the image's size.</summary>
    public static string Conv(
        this Graph graph,
        string x,
        int inputs,
        int outputs,
        int kernel = 1,
        int groups = 1,
        Action<float[]>? weights = null,
        Action<float[]>? bias = null
    )
    {
        (float[]? w, float[]? b) = (
            Random(outputs * inputs / groups * kernel * kernel, seed: 1),
            Random(outputs, seed: 2)
        );
        weights?.Invoke(w);
        bias?.Invoke(b);
        (string? wName, string? bName) = (
            graph.AddConstant("w", w, outputs, inputs / groups, kernel, kernel),
            graph.AddConstant("b", b, outputs)
        );
        long pad = kernel / 2;
        NodeProto node = Nodes.Create("Conv", [x, wName, bName], graph.NewName("conv"));
        return graph.Insert(node.With("group", (long)groups).With("pads", pad, pad, pad, pad)).Output[0];
    }

    /// <summary>Any operator.</summary>
    public static string Op(this Graph graph, string opType, params ReadOnlySpan<string> inputs) =>
        graph.Op(opType, _ => { }, inputs);

    public static string Op(
        this Graph graph,
        string opType,
        Action<NodeProto> attributes,
        params ReadOnlySpan<string> inputs
    )
    {
        NodeProto node = Nodes.Create(opType, inputs, graph.NewName(opType));
        attributes(node);
        return graph.Insert(node).Output[0];
    }

    public static string Scalar(this Graph graph, float value) =>
        graph.AddConstant(Tensors.Create(graph.NewName("scalar"), [value]));

    /// <summary>Random values, one a channel of an image.</summary>
    public static string PerChannel(this Graph graph, int channels) =>
        graph.AddConstant("channels", Random(channels, seed: 3), 1, channels, 1, 1);

    public static string Vector(this Graph graph, int count, float around = 0) =>
        graph.AddConstant("vector", Array.ConvertAll(Random(count, seed: 4), v => around + v / 2), count);

    /// <summary>The graph, ending in that value.</summary>
    public static Graph EndingIn(this Graph graph, string value, params ReadOnlySpan<int> shape)
    {
        graph.SetOutput(value, shape.IsEmpty ? [-1, -1, -1, -1] : shape);
        return graph;
    }

    public static Graph Copy(this Graph graph) => new(graph.Model.Clone());

    public static int Count(this Graph graph, string opType) =>
        graph.Nodes.Count(node => string.Equals(node.OpType, opType, StringComparison.Ordinal));

    public static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
