using System.Runtime.InteropServices;
using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Passes;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace Cis.ModelCompiler.Tests.Passes;

public sealed class VocabularySplitTests
{
    private const int Features = 6;
    private const int Classes = 9;

    [Fact]
    public void A_head_gives_the_logits_that_the_kept_classes_had()
    {
        Graph graph = Recognizer();
        float[] input = TinyGraph.Random(5 * Features, seed: 5);
        float[] whole = Runtime.Evaluate(WithoutSoftmax(graph.Copy()), input, 1, 5, Features);

        VocabularySplit split = VocabularySplit.Cut(graph)!;
        float[] features = Runtime.Evaluate(graph, input, 1, 5, Features);
        // The heads of two sets share the rows; the second has two characters more, one of them in between.
        AssertKept([4, 7]);
        AssertKept([4, 7, 1, 6]);

        void AssertKept(params int[] places)
        {
            float[] kept = Evaluate(split, places, features);
            int[] classes = [0, .. places.Select(place => place + 1)];
            for (int t = 0; t < 5; t++)
            {
                Runtime.AssertClose(
                    [.. classes.Select(c => whole[t * Classes + c])],
                    kept[(t * classes.Length)..((t + 1) * classes.Length)],
                    1e-6f
                );
            }
        }
    }

    /// <summary>What a head gives, read from files as the runtime reads it.</summary>
    private static float[] Evaluate(VocabularySplit split, int[] places, float[] features)
    {
        string folder = Directory.CreateTempSubdirectory("cis-head-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "rows.bin"), MemoryMarshal.AsBytes(split.Rows([4, 7, 1, 6, 2])));
            string head = Path.Combine(folder, "head.onnx");
            File.WriteAllBytes(head, split.Head(places, "rows.bin").Model.ToByteArray());
            using var session = new InferenceSession(head);
            return Runtime.Run(session, features, 1, 5, Features);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_recognizer_that_ends_otherwise_is_left_as_it_is()
    {
        Graph graph = TinyGraph.OfInput(13, 1, -1, Features);
        graph.EndingIn(graph.Op("Relu", "x"), 1, -1, Features);

        Assert.Null(VocabularySplit.Cut(graph));
        Assert.Single(graph.Nodes);
    }

    [Fact]
    public void Without_the_soft_max_the_logits_come_out()
    {
        Graph graph = Recognizer();

        Assert.True(DropSoftmax.Apply(graph));
        Assert.Equal("Add", graph.Nodes[^1].OpType);
        Assert.False(DropSoftmax.Apply(graph));
    }

    private static Graph Recognizer()
    {
        Graph graph = TinyGraph.OfInput(13, 1, -1, Features);
        string matrix = graph.AddConstant("w", TinyGraph.Random(Features * Classes, seed: 1), Features, Classes);
        string logits = graph.Op("Add", graph.Op("MatMul", graph.Op("Tanh", "x"), matrix), graph.Vector(Classes));
        return graph.EndingIn(graph.Op("Softmax", node => node.With("axis", 2L), logits), 1, -1, Classes);
    }

    private static Graph WithoutSoftmax(Graph graph)
    {
        DropSoftmax.Apply(graph);
        return graph;
    }
}
