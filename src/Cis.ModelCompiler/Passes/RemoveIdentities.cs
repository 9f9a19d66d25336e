using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Removes the nodes that give out what they take in: Identity, Dropout (which does nothing outside of training), casts
/// of floats to floats, multiplications by 1 and additions of 0. The runtime drops most of them too; here they go first
/// so that the other passes see the operators they look for side by side.
/// </summary>
internal sealed class RemoveIdentities : IGraphPass
{
    public string Name => "remove identities";

    public int Apply(Graph graph) => graph.Nodes.ToList().Count(node => IsIdentity(graph, node) && Bypass(graph, node));

    private static bool IsIdentity(Graph graph, NodeProto node) =>
        node.OpType switch
        {
            "Identity" or "Dropout" => true,
            "Cast" => IsFloatToFloat(graph, node),
            "Mul" or "Div" => IsScalar(graph, node.Input[1], 1),
            "Add" or "Sub" => IsScalar(graph, node.Input[1], 0),
            _ => false,
        };

    /// <summary>One value of at most one dimension: more would add dimensions to the other side.</summary>
    private static bool IsScalar(Graph graph, string value, float wanted) =>
        graph.Constant(value) is { Dims.Count: <= 1 } && graph.Scalar(value) is { } scalar && scalar.Equals(wanted);

    /// <summary>Of values whose type is certain without inference: constants, and what an operator on floats gives.</summary>
    private static bool IsFloatToFloat(Graph graph, NodeProto cast)
    {
        if (cast.Int("to", 0) != (long)TensorProto.Types.DataType.Float)
        {
            return false;
        }

        return graph.Constant(cast.Input[0]) is { } constant
            ? constant.IsFloat()
            : graph.Producer(cast.Input[0])?.OpType is "Conv" or "MatMul" or "Softmax" or "BatchNormalization" or "Erf";
    }

    private static bool Bypass(Graph graph, NodeProto node)
    {
        (string? input, string? output) = (node.Input[0], node.Output[0]);
        if (!graph.IsOutput(output))
        {
            graph.Remove(node);
            graph.Redirect(output, input);
            return true;
        }
        // An output of the graph keeps its name: then it is the node before that is renamed.
        if (graph.Producer(input) is not { } producer || graph.IsOutput(input))
        {
            return false;
        }

        graph.Remove(node);
        graph.Redirect(input, output);
        graph.Rename(producer, input, output);
        return true;
    }
}
