using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Writes a gate with a short cut around it, <c>x + x s</c>, as <c>x (1 + s)</c> where s is one value a channel: the sum
/// is then over channels, and not a second pass over the image.
/// </summary>
internal sealed class GateOnce : IGraphPass
{
    public string Name => "x + x s to x (1 + s)";

    public int Apply(Graph graph)
    {
        int rewritten = 0;
        foreach (NodeProto? add in graph.Nodes.Where(node => node.Is("Add")).ToList())
        {
            if (Gate(graph, add) is not var (x, gate, product))
            {
                continue;
            }

            string one = graph.AddConstant("one", [1f], 1);
            NodeProto plusOne = graph.Insert(Nodes.Create("Add", [gate, one], graph.NewName(gate)), before: add);
            graph.Remove(product);
            graph.Replace(add, Nodes.Create("Mul", [x, plusOne.Output[0]], add.Output[0]));
            rewritten++;
        }
        return rewritten;
    }

    private static (string X, string Gate, NodeProto Product)? Gate(Graph graph, NodeProto add)
    {
        (string? x, NodeProto? other) = (add.Input[0], graph.Producer(add.Input[1]));
        if (other is null || !other.Is("Mul") || graph.OnlyConsumer(other.Output[0]) is null)
        {
            return null;
        }

        return string.Equals(other.Input[0], x, StringComparison.Ordinal) && Channels.IsGate(graph, other.Input[1])
            ? (x, other.Input[1], other)
            : null;
    }
}
