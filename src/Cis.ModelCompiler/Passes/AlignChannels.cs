using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Fills a convolution's output up to whole blocks with channels of zeros, where it goes to convolutions by way of Relu,
/// max pooling and concatenation only.
/// <para>
/// A channel of zero weights and zero bias is 0, stays 0 through Relu and max pooling (after a Relu, the border included),
/// and the convolutions that read it get zero weights for it, so nothing changes. The runtime's blocked layout computes
/// whole blocks anyway, but pools and concatenates in it only where the channels fill them: PP-OCRv6's detector starts
/// with 24 and 12 channels at half the page's resolution and spends 14 of 44 ms there on going back to rows.
/// </para>
/// </summary>
internal sealed class AlignChannels : IGraphPass
{
    public string Name => "align channels to blocks";

    public int Apply(Graph graph) =>
        graph
            .Nodes.ToList()
            .Select(node => Convolution.Of(graph, node))
            .Count(convolution =>
                convolution is { Groups: 1 }
                && convolution.Node.Is("Conv")
                && convolution.Outputs % Blocks.Size != 0
                && Fill(graph, convolution)
            );

    private static bool Fill(Graph graph, Convolution convolution)
    {
        var readers = new List<Reader>();
        if (!Collect(graph, convolution.Node.Output[0], offset: 0, readers) || readers.Count == 0)
        {
            return false;
        }

        int[] places = Padded(convolution.Outputs, 0, convolution.Outputs);
        foreach (Reader reader in readers)
        {
            reader.Convolution.TakeInputs(Padded(reader.Convolution.Inputs, reader.Offset, convolution.Outputs));
            reader.Convolution.Write();
        }
        convolution.TakeOutputs(places);
        convolution.Write();
        return true;
    }

    /// <summary>The convolutions that read a value, and at which of their input channels it starts.</summary>
    /// <returns>Whether nothing else does.</returns>
    private static bool Collect(Graph graph, string value, int offset, List<Reader> readers)
    {
        foreach (NodeProto node in graph.Consumers(value))
        {
            if (Convolution.Of(graph, node) is { Groups: 1 } convolution && node.Is("Conv"))
            {
                readers.Add(new Reader(convolution, offset));
            }
            else if (!CollectBehind(graph, node, value, offset, readers))
            {
                return false;
            }
        }
        return !graph.IsOutput(value);
    }

    private static bool CollectBehind(Graph graph, NodeProto node, string value, int offset, List<Reader> readers)
    {
        if (node.Is("Relu") || (node.Is("MaxPool") && node.Output.Count == 1 && graph.Producer(value)!.Is("Relu")))
        {
            return Collect(graph, node.Output[0], offset, readers);
        }

        return node.Is("Concat")
            && node.Int("axis", 0) == 1
            && offset == 0
            && node.Input.Count(input => string.Equals(input, value, StringComparison.Ordinal)) == 1
            && Channels.Offset(graph, node, value) is { } start
            && Collect(graph, node.Output[0], start, readers);
    }

    /// <summary>All input places, with as many zeros after a range as fill it up to whole blocks.</summary>
    private static int[] Padded(int inputs, int start, int count) =>
        [
            .. Enumerable.Range(0, start + count),
            .. Enumerable.Repeat(-1, Blocks.RoundUp(count) - count),
            .. Enumerable.Range(start + count, inputs - start - count),
        ];

    private sealed record Reader(Convolution Convolution, int Offset);
}
