using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Writes a convolution of a concatenation as a sum of convolutions: <c>W [x; y] + b = W(x) x + (W(y) y + b)</c>, with
/// the weights parted by input channel. The runtime adds the second convolution into the output of the first, so that
/// the copy of all channels into one image falls away. Where the parts fill whole blocks only: else each would be padded.
/// </summary>
internal sealed class SplitConcatenation(int block = Blocks.Size) : IGraphPass
{
    public string Name => "split convolutions of concatenations";

    public int Apply(Graph graph) =>
        graph.Nodes.Where(node => node.Is("Concat")).ToList().Count(concat => Split(graph, concat));

    private bool Split(Graph graph, NodeProto concat)
    {
        if (concat.Int("axis", 0) != 1 || concat.Input.Count != 2)
        {
            return false;
        }

        if (Convolution.Of(graph, graph.OnlyConsumer(concat.Output[0])) is not { Groups: 1 } whole)
        {
            return false;
        }

        if (Channels.Count(graph, concat.Input[0]) is not { } first || first % block != 0 || whole.Inputs % block != 0)
        {
            return false;
        }

        string left = Part(graph, whole, concat.Input[0], 0, first, withBias: false);
        string right = Part(graph, whole, concat.Input[1], first, whole.Inputs - first, withBias: true);
        graph.Replace(whole.Node, Nodes.Create("Add", [left, right], whole.Node.Output[0]));
        graph.Remove(concat);
        return true;
    }

    private static string Part(Graph graph, Convolution whole, string input, int start, int count, bool withBias)
    {
        NodeProto node = whole.Node.Clone();
        node.Input[0] = input;
        node.Output[0] = node.Name = graph.NewName(whole.Node.Output[0]);
        graph.Insert(node, before: whole.Node);
        Convolution part = Convolution.Of(graph, node)!;
        part.TakeInputs([.. Enumerable.Range(start, count)]);
        if (!withBias)
        {
            Array.Clear(part.Bias);
        }

        part.Write();
        return node.Output[0];
    }
}
