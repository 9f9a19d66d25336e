using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Takes a multiplication by constants, and an addition of constants, into all the convolutions that read the result:
/// <c>W (a x) = (W a) x</c>, and <c>W (x + c) + b = W x + (b + W c)</c>. The first holds with padding too, as a times
/// zero is zero; the second does not, as the zeros beyond the border get no c: then it is left. (PP-LCNetV3 has such a
/// pair, its learnable affine block, behind every activation, where the convolution before cannot take it.)
/// </summary>
internal sealed class FoldIntoFollowingConvolutions : IGraphPass
{
    public string Name => "fold into following convolutions";

    /// <summary>From the end on: the addition goes first, and then the multiplication before it stands at the convolution.</summary>
    public int Apply(Graph graph) => graph.Nodes.Reverse().ToList().Count(node => Fold(graph, node));

    private static bool Fold(Graph graph, NodeProto node)
    {
        if (!(node.Is("Mul") || node.Is("Add")) || Readers(graph, node.Output[0]) is not { } readers)
        {
            return false;
        }

        if (node.Is("Add") && readers.Exists(reader => reader.IsPadded))
        {
            return false;
        }

        if (Affine.Constant(graph, node, readers[0].Inputs) is not var (x, values))
        {
            return false;
        }

        foreach (Convolution reader in readers)
        {
            if (node.Is("Mul"))
            {
                reader.ScaleInputs(values);
            }
            else
            {
                reader.ShiftInputs(values);
            }

            reader.Write();
        }
        graph.Remove(node);
        graph.Redirect(node.Output[0], x);
        return true;
    }

    /// <summary>The readers of a value, where they are convolutions all.</summary>
    private static List<Convolution>? Readers(Graph graph, string value)
    {
        IReadOnlyList<NodeProto> nodes = graph.Consumers(value);
        var readers = nodes.Select(node => Convolution.Of(graph, node)).OfType<Convolution>().ToList();
        return readers.Count > 0 && readers.Count == nodes.Count && !graph.IsOutput(value) ? readers : null;
    }
}
