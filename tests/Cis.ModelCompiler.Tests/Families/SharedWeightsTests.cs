using Cis.ModelCompiler.Families;
using Cis.ModelCompiler.Graphs;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Cis.ModelCompiler.Tests.Families;

public sealed class SharedWeightsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-weights-");

    [Fact]
    public void Two_graphs_compute_the_same_from_one_copy_of_what_they_have_in_common()
    {
        (Graph? first, Graph? second) = (Widening("Relu", outputs: 64), Widening("Sigmoid", outputs: 64));
        float[] input = TinyGraph.Random(16 * 5 * 3, seed: 5);
        float[][] before = [Run(first, input), Run(second, input)];

        Assert.True(SharedWeights.Move(first, second, PathOf("weights.bin")));

        // A kernel of 3x3 weights for 16 x 64 channels; the 64 biases are too few to be worth it.
        Assert.Equal(64 * 16 * 9 * sizeof(float), new FileInfo(PathOf("weights.bin")).Length);
        Assert.All([first, second], graph => Assert.InRange(graph.Model.CalculateSize(), 1, 1024));
        Assert.Equal(before[0], Run(first, input));
        Assert.Equal(before[1], Run(second, input));
    }

    [Fact]
    public void Graphs_with_nothing_in_common_keep_their_weights()
    {
        (Graph? first, Graph? second) = (Widening("Relu", outputs: 64), Widening("Relu", outputs: 32));

        Assert.False(SharedWeights.Move(first, second, PathOf("weights.bin")));

        Assert.False(File.Exists(PathOf("weights.bin")));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Graph Widening(string activation, int outputs)
    {
        Graph graph = TinyGraph.OfImage(16);
        return graph.EndingIn(graph.Op(activation, graph.Conv("x", 16, outputs, kernel: 3)));
    }

    private float[] Run(Graph graph, float[] input)
    {
        File.WriteAllBytes(PathOf("model.onnx"), graph.Model.ToByteArray());
        using var session = new InferenceSession(PathOf("model.onnx"));
        return Runtime.Run(session, input, [1, 16, 5, 3]);
    }

    private string PathOf(string file) => Path.Combine(_folder.FullName, file);
}
