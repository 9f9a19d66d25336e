using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>What the activations of these models do to one number.</summary>
internal static class Activations
{
    /// <summary>The activation of one input; none where the node is none.</summary>
    public static Func<double, double>? Of(NodeProto node) =>
        node.OpType switch
        {
            "Relu" => x => Math.Max(0, x),
            "Sigmoid" => Sigmoid,
            "HardSigmoid" => HardSigmoid(node),
            "Gelu" => x => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
            _ => null,
        };

    /// <summary>The activation x g(x), of a gate and a product, that alone reads a value; and its output.</summary>
    public static (string Output, Func<double, double> Function)? Gated(Graph graph, string value)
    {
        IReadOnlyList<NodeProto> consumers = graph.Consumers(value);
        NodeProto? gate = consumers.FirstOrDefault(node => node.Is("Sigmoid") || node.Is("HardSigmoid"));
        if (
            gate is null
            || graph.OnlyConsumer(gate.Output[0]) is not { } product
            || !product.Is("Mul")
            || !consumers.Contains(product)
        )
        {
            return null;
        }

        Func<double, double> function = Of(gate)!;
        return (product.Output[0], x => x * function(x));
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static Func<double, double> HardSigmoid(NodeProto node)
    {
        (float alpha, float beta) = (node.Float("alpha", 0.2f), node.Float("beta", 0.5f)); // the format's defaults
        return x => Math.Clamp(alpha * x + beta, 0, 1);
    }

    /// <summary>
    /// The error function by its series 2/sqrt(pi) sum (-1)^n x^(2n+1) / (n! (2n+1)): to 1e-10 and better for |x| up to
    /// 4, beyond which it is 1 to a float's precision.
    /// </summary>
    internal static double Erf(double x)
    {
        if (Math.Abs(x) > 4)
        {
            return Math.Sign(x);
        }

        (double sum, double term) = (x, x);
        for (int n = 1; Math.Abs(term) > 1e-17; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
