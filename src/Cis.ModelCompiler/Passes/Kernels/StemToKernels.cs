using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes the stem of PP-LCNetV4 and PP-HGNet, five convolutions from the image to a quarter of its size, as one operator
/// (native/kernels/stem.c): of its three images of half the size, for a page of 1280x896 up to 27 MB each, only some rows
/// exist.
/// </summary>
internal sealed class StemToKernels : IGraphPass
{
    public string Name => "stems to kernels";

    public int Apply(Graph graph)
    {
        var stems = graph.Nodes.Select(node => Stem.EndingIn(graph, node)).OfType<Stem>().ToList();
        foreach (Stem? stem in stems)
        {
            Rewrite(graph, stem);
        }

        return stems.Count;
    }

    private static void Rewrite(Graph graph, Stem stem)
    {
        NodeProto[] layers = [stem.A, stem.B, stem.C, stem.D, stem.Y];
        string[] inputs = [stem.A.Input[0], .. layers.SelectMany(layer => layer.Input.Skip(1).Take(2))];
        NodeProto kernel = KernelOperators.Stem(graph, inputs, stem.Y.Output[0]);
        graph.Replace(stem.Y, kernel.With("inputs", stem.A.Int("inputs", 0)));
        graph.Sweep();
    }

    /// <summary>The layers, by the letters of stem.c.</summary>
    private sealed record Stem(NodeProto A, NodeProto B, NodeProto C, NodeProto D, NodeProto Y)
    {
        /// <summary>The stem whose last layer a node is; none where its shape is another, or others read what is in it.</summary>
        public static Stem? EndingIn(Graph graph, NodeProto y)
        {
            if (!IsLayer(graph, y, kernel: 3, relu: true, pool: false) || y.Input.Count != 4)
            {
                return null;
            }

            if (Before(graph, y, 3) is not { } d || !IsLayer(graph, d, kernel: 3, relu: false, pool: true))
            {
                return null;
            }

            if (Before(graph, y, 0) is not { } c || !IsLayer(graph, c, kernel: 2, relu: true, pool: false))
            {
                return null;
            }

            if (Before(graph, c, 0) is not { } b || !IsLayer(graph, b, kernel: 2, relu: true, pool: false))
            {
                return null;
            }

            return
                graph.Producer(b.Input[0]) is { } a
                && IsLayer(graph, a, kernel: 3, relu: true, pool: false)
                && d.Input[0] == a.Output[0]
                && graph.Consumers(a.Output[0]).Count == 2
                ? new Stem(a, b, c, d, y)
                : null;
        }

        /// <summary>The node that makes one of another's inputs, for it alone.</summary>
        private static NodeProto? Before(Graph graph, NodeProto node, int input) =>
            graph.OnlyConsumer(node.Input[input]) is null ? null : graph.Producer(node.Input[input]);

        /// <summary>Kernels of 3 have a stride of 2 and padding all around; those of 2 have neither.</summary>
        private static bool IsLayer(Graph graph, NodeProto node, int kernel, bool relu, bool pool)
        {
            int isOdd = kernel % 2;
            return node.OpType is "DenseConv"
                && graph.Constant(node.Input[1])?.Shape() is [_, _, var height, var width, _, _]
                && (height, width) == (kernel, kernel)
                && node.Int("stride", 0) == 1 + isOdd
                && node.Int("pad_top", 0) == isOdd
                && node.Int("pad_left", 0) == isOdd
                && node.Int("relu", 0) == (relu ? 1 : 0)
                && node.Int("pool", 0) == (pool ? 1 : 0);
        }
    }
}
