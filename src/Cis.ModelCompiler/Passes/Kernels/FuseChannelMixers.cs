using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes 1x1 convolution, GELU, 1x1 convolution, and the sum around them, as one operator of cis's kernels, with weights
/// in 8 bits. A squeeze-and-excitation gate on its input goes into it.
/// </summary>
internal sealed class FuseChannelMixers : IGraphPass
{
    public string Name => "channel mixers to kernels";

    public int Apply(Graph graph)
    {
        var mixers = graph.Nodes.Select(node => Match(graph, node)).OfType<Mixer>().ToList();
        foreach (Mixer? mixer in mixers)
        {
            Fuse(graph, mixer);
        }

        return mixers.Count;
    }

    private sealed record Mixer(Convolution Expand, NodeProto Gelu, Convolution Contract, NodeProto? Sum)
    {
        public string Input => Expand.Node.Input[0];

        public NodeProto Last => Sum ?? Contract.Node;
    }

    private static Mixer? Match(Graph graph, NodeProto gelu)
    {
        if (!gelu.IsGelu() || graph.OnlyConsumer(gelu.Input[0]) is null)
        {
            return null;
        }

        if (
            Convolution.Of(graph, graph.Producer(gelu.Input[0])) is not { } expand
            || !QuantizedWeights.FillBlocks(expand)
        )
        {
            return null;
        }

        if (Convolution.Of(graph, graph.OnlyConsumer(gelu.Output[0])) is not { } contract)
        {
            return null;
        }

        return QuantizedWeights.FillBlocks(contract)
            ? new Mixer(expand, gelu, contract, Sum(graph, expand, contract))
            : null;
    }

    private static NodeProto? Sum(Graph graph, Convolution expand, Convolution contract)
    {
        NodeProto? sum = graph.OnlyConsumer(contract.Node.Output[0]);
        return sum is not null && sum.Is("Add") && sum.Input.Contains(expand.Node.Input[0]) ? sum : null;
    }

    private static void Fuse(Graph graph, Mixer mixer)
    {
        (string? input, string? gate) = Gate(graph, mixer) ?? (mixer.Input, null);
        string[] inputs =
        [
            input,
            .. QuantizedWeights.Add(graph, mixer.Expand),
            .. QuantizedWeights.Add(graph, mixer.Contract),
            .. gate is null ? Array.Empty<string>() : [gate],
        ];
        string output = mixer.Last.Output[0];
        graph.Replace(
            mixer.Last,
            KernelOperators.ChannelMixer(graph, inputs, Activation.Gelu, mixer.Sum is not null, output)
        );
        graph.Sweep();
    }

    /// <summary>What a gate multiplies, and the gate, where the mixer alone reads the product.</summary>
    private static (string Input, string? Gate)? Gate(Graph graph, Mixer mixer)
    {
        if (graph.Producer(mixer.Input) is not { } product || !product.Is("Mul"))
        {
            return null;
        }

        bool isOnlyReader = graph
            .Consumers(mixer.Input)
            .All(node => ReferenceEquals(node, mixer.Expand.Node) || ReferenceEquals(node, mixer.Sum));
        return isOnlyReader && graph.Producer(product.Input[1])?.Is("HardSigmoid") == true
            ? (product.Input[0], product.Input[1])
            : null;
    }
}
