using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>Operators of ONNX Runtime that the operator sets of these models do not have yet.</summary>
internal static class RuntimeOperators
{
    private const string Microsoft = "com.microsoft";

    /// <summary>0.5 x (1 + erf(x / sqrt 2)).</summary>
    public static NodeProto Gelu(Graph graph, string x, string output)
    {
        graph.Import(Microsoft, 1);
        NodeProto node = Nodes.Create("Gelu", [x], output);
        node.Domain = Microsoft;
        return node;
    }

    /// <summary>
    /// (x - mean) / sqrt(variance + epsilon) x scale + bias over the last axis. ONNX has it from operator set 17 on; the
    /// runtime's own of the same name takes the earlier ones.
    /// </summary>
    public static NodeProto LayerNormalization(string x, string scale, string bias, float epsilon, string output) =>
        Nodes.Create("LayerNormalization", [x, scale, bias], output).With("axis", -1L).With("epsilon", epsilon);
}
