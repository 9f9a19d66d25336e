using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Takes constants out of <c>Constant</c> nodes: the value of such a node is its <c>value</c> attribute, whatever the
/// input of the graph, which is what an initializer is. The other passes look for constants in one place only.
/// </summary>
internal sealed class ConstantNodesToInitializers : IGraphPass
{
    public string Name => "constant nodes to initializers";

    public int Apply(Graph graph)
    {
        int moved = 0;
        foreach (NodeProto? node in graph.Nodes.Where(node => node.Is("Constant")).ToList())
        {
            if (node.Find("value")?.T is not { } value || graph.IsOutput(node.Output[0]))
            {
                continue;
            }

            graph.Remove(node);
            value.Name = node.Output[0];
            graph.AddConstant(value);
            moved++;
        }
        return moved;
    }
}
