using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Takes what scales and shifts the channels of a convolution's output into the convolution: with y = W x + b,
/// <c>a y + c = (a W) x + (a b + c)</c>. That is what BatchNormalization does, with a = gamma / sqrt(variance + epsilon)
/// and c = beta - a mean; and Mul, Div, Add, Sub with one constant, or one a channel (biases kept apart, and the
/// learnable affine blocks of PP-LCNetV3). The sums are made in doubles, so that only the last rounding is a float's.
/// </summary>
internal sealed class FoldIntoPrecedingConvolution : IGraphPass
{
    public string Name => "fold into preceding convolution";

    public int Apply(Graph graph)
    {
        int folded = 0;
        foreach (NodeProto? node in graph.Nodes.ToList())
        {
            if (Convolution.Of(graph, node) is not { } convolution)
            {
                continue;
            }

            while (FoldNext(graph, convolution))
            {
                folded++;
            }
        }
        return folded;
    }

    private static bool FoldNext(Graph graph, Convolution convolution)
    {
        string output = convolution.Node.Output[0];
        if (
            graph.OnlyConsumer(output) is not { } next
            || Affine(graph, next, output, convolution.Outputs) is not var (a, c)
        )
        {
            return false;
        }

        convolution.ScaleOutputs(a);
        convolution.ShiftOutputs(c);
        graph.Remove(next);
        graph.Rename(convolution.Node, output, next.Output[0]);
        convolution.Write();
        return true;
    }

    /// <summary>The node as a y + c for each channel; none where it is something else.</summary>
    private static (double[] Scale, double[] Shift)? Affine(Graph graph, NodeProto node, string y, int channels)
    {
        if (node.Is("BatchNormalization"))
        {
            return Normalization(graph, node);
        }

        bool isLeft = string.Equals(node.Input[0], y, StringComparison.Ordinal);
        if (node.Input.Count != 2 || graph.PerChannel(node.Input[isLeft ? 1 : 0], channels) is not { } constant)
        {
            return null;
        }

        return (node.OpType, isLeft) switch
        {
            ("Mul", _) => (constant, new double[channels]),
            ("Div", true) => (Array.ConvertAll(constant, v => 1 / v), new double[channels]),
            ("Add", _) => (Ones(channels), constant),
            ("Sub", true) => (Ones(channels), Array.ConvertAll(constant, v => -v)),
            _ => null,
        };
    }

    private static (double[] Scale, double[] Shift)? Normalization(Graph graph, NodeProto node)
    {
        if (
            node.Output.Count(output => output.Length > 0) != 1
            || node.Input.Skip(1).Any(i => graph.Constant(i) is null)
        )
        {
            return null;
        }

        (float[]? gamma, float[]? beta) = (
            graph.Constant(node.Input[1])!.Floats(),
            graph.Constant(node.Input[2])!.Floats()
        );
        (float[]? mean, float[]? variance) = (
            graph.Constant(node.Input[3])!.Floats(),
            graph.Constant(node.Input[4])!.Floats()
        );
        float epsilon = node.Float("epsilon", 1e-5f);
        double[] scale = gamma.Zip(variance, (g, v) => g / Math.Sqrt((double)v + epsilon)).ToArray();
        return (scale, [.. beta.Select((b, i) => b - scale[i] * mean[i])]);
    }

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];
}
