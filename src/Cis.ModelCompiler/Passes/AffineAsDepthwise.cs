using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Writes what no convolution could take, <c>a x + c</c> with constants a channel, as a depthwise convolution of one
/// pixel with weight a and bias c: the same product and sum, but an operator that the runtime computes in its blocked
/// layout, where a sum with a constant makes it go back to rows and return.
/// </summary>
internal sealed class AffineAsDepthwise : IGraphPass
{
    public string Name => "affine blocks as depthwise convolutions";

    public int Apply(Graph graph) =>
        graph.Nodes.Where(node => node.Is("Add")).ToList().Count(add => Rewrite(graph, add));

    private static bool Rewrite(Graph graph, NodeProto add)
    {
        if (Channels.Count(graph, add.Output[0]) is not { } channels || channels % Blocks.Size != 0)
        {
            return false;
        }

        if (Affine.Constant(graph, add, channels) is not var (x, shifts))
        {
            return false;
        }

        double[] scales = new double[channels];
        Array.Fill(scales, 1);
        if (graph.Producer(x) is { } product && product.Is("Mul") && graph.OnlyConsumer(x) is not null)
        {
            if (Affine.Constant(graph, product, channels) is var (image, factors))
            {
                (x, scales) = (image, factors);
                graph.Remove(product);
            }
        }
        graph.Replace(add, Depthwise(graph, x, scales, shifts, add.Output[0]));
        return true;
    }

    private static NodeProto Depthwise(Graph graph, string x, double[] scales, double[] shifts, string output)
    {
        string weights = graph.AddConstant(output, Array.ConvertAll(scales, v => (float)v), scales.Length, 1, 1, 1);
        string bias = graph.AddConstant(output, Array.ConvertAll(shifts, v => (float)v), shifts.Length);
        return Nodes
            .Create("Conv", [x, weights, bias], output)
            .With("group", (long)scales.Length)
            .With("kernel_shape", 1L, 1L);
    }
}
