using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// Writes a detector's end, two transposed convolutions of 2x2 pixels with a Relu between, as a channel mixer whose
/// sixteen outputs are the pixels of a 4x4 square.
/// <para>
/// A transposed convolution with a stride of its kernel's size lets no two inputs meet: each of its taps (a, b) is a 1x1
/// convolution of its own, W[a, b] x, that gives pixel (2 i + a, 2 j + b). The first one is thus a matrix of 4 times its
/// outputs, and the second one, applied to each of the four pixels, a block-diagonal one; its tap (c, d) on the first one's
/// tap (a, b) gives pixel (4 i + 2 a + c, 4 j + 2 b + d).
/// </para>
/// </summary>
internal sealed class UpsamplingToKernels : IGraphPass
{
    private const int Side = 2;
    private const int Taps = Side * Side;

    public string Name => "upsampling to kernels";

    public int Apply(Graph graph)
    {
        if (!KernelOperators.AreUsedIn(graph))
        {
            return 0;
        }

        var firsts = graph
            .Nodes.Select(node => Doubling(graph, node))
            .OfType<Convolution>()
            .Where(first => first.Inputs % QuantizedWeights.InputBlock == 0 && Second(graph, first) is not null)
            .ToList();
        foreach (Convolution? first in firsts)
        {
            Rewrite(graph, first, Second(graph, first)!);
        }

        return firsts.Count;
    }

    private static Convolution? Doubling(Graph graph, NodeProto? node) =>
        Convolution.Of(graph, node) is { } convolution
        && convolution.Node.Is("ConvTranspose")
        && convolution.Kernel is [Side, Side]
        && convolution.Node.Ints("strides") is [Side, Side]
        && (convolution.Node.Ints("pads") ?? []).All(pad => pad == 0)
        && (convolution.Node.Ints("output_padding") ?? []).All(pad => pad == 0)
            ? convolution
            : null;

    private static Convolution? Second(Graph graph, Convolution first)
    {
        NodeProto? relu = graph.OnlyConsumer(first.Node.Output[0]);
        return
            relu is not null
            && relu.Is("Relu")
            && Doubling(graph, graph.OnlyConsumer(relu.Output[0])) is { Outputs: 1 } second
            ? second
            : null;
    }

    private static void Rewrite(Graph graph, Convolution first, Convolution second)
    {
        string stem = second.Node.Output[0];
        Convolution expand = Pointwise(graph, $"{stem}/expand", Taps * first.Outputs, first.Inputs);
        Convolution contract = Pointwise(graph, $"{stem}/contract", Taps * Taps, Taps * first.Outputs);
        for (int tap = 0; tap < Taps; tap++)
        {
            for (int between = 0; between < first.Outputs; between++)
            {
                int row = tap * first.Outputs + between;
                expand.Bias[row] = first.Bias[between];
                for (int input = 0; input < first.Inputs; input++)
                {
                    expand.Weight(row, input, 0) = first.Weight(between, input, tap);
                }

                for (int last = 0; last < Taps; last++)
                {
                    contract.Weight(Place(tap, last), row, 0) = second.Weight(0, between, last);
                }
            }
        }
        Array.Fill(contract.Bias, second.Bias[0]);
        string[] inputs =
        [
            first.Node.Input[0],
            .. QuantizedWeights.Add(graph, expand),
            .. QuantizedWeights.Add(graph, contract),
        ];
        NodeProto mixer = KernelOperators.ChannelMixer(
            graph,
            inputs,
            Activation.Relu,
            residual: false,
            graph.NewName(stem)
        );
        graph.Insert(mixer, before: second.Node);
        NodeProto square = Nodes.Create("DepthToSpace", [mixer.Output[0]], stem).With("blocksize", (long)Taps);
        graph.Replace(second.Node, square);
        graph.Sweep();
    }

    /// <summary>The pixel of the 4x4 square that two taps lead to.</summary>
    private static int Place(int tap, int last)
    {
        (int y, int x) = (tap / Side * Side + last / Side, tap % Side * Side + last % Side);
        return y * Taps + x;
    }

    /// <summary>A 1x1 convolution of zeros, in no graph's node list.</summary>
    private static Convolution Pointwise(Graph graph, string name, int outputs, int inputs)
    {
        string weights = graph.AddConstant(name, new float[outputs * inputs], outputs, inputs, 1, 1);
        return Convolution.Of(graph, Nodes.Create("Conv", [name, weights], name))!;
    }
}
