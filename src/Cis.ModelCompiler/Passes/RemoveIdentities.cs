using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Removes the nodes that give out what they take in: Identity, Dropout (which does nothing outside of training) and
/// casts of floats to floats. The runtime drops most of them too; here they go first so that the other passes see the
/// operators they look for side by side.
/// </summary>
internal sealed class RemoveIdentities : IGraphPass
{
    public string Name => "remove identities";

    public int Apply(Graph graph)
    {
        var nodes = graph.Nodes.Where(node => IsIdentity(graph, node)).ToList();
        foreach (var node in nodes)
            Bypass(graph, node);
        return nodes.Count;
    }

    private static bool IsIdentity(Graph graph, NodeProto node) =>
        node.Is("Identity") || node.Is("Dropout") || (node.Is("Cast") && IsFloatToFloat(graph, node));

    /// <summary>Of values whose type is certain without inference: constants, and what an arithmetic operator on floats gives.</summary>
    private static bool IsFloatToFloat(Graph graph, NodeProto cast)
    {
        if (cast.Int("to", 0) != (long)TensorProto.Types.DataType.Float)
            return false;
        return graph.Constant(cast.Input[0]) is { } constant
            ? constant.IsFloat()
            : graph.Producer(cast.Input[0])?.OpType is "Conv" or "MatMul" or "Softmax" or "BatchNormalization" or "Erf";
    }

    /// <summary>A graph's output keeps its name: then it is the node before that is renamed.</summary>
    private static void Bypass(Graph graph, NodeProto node)
    {
        var (input, output) = (node.Input[0], node.Output[0]);
        if (graph.IsOutput(output))
        {
            if (graph.Producer(input) is not { } producer || graph.IsOutput(input))
                return;
            graph.Remove(node);
            graph.Redirect(input, output);
            graph.Rename(producer, input, output);
            return;
        }
        graph.Remove(node);
        graph.Redirect(output, input);
    }
}
