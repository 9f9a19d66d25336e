using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Graphs;

/// <summary>
/// A two-dimensional convolution with constant weights (or a transposed one of a single group), as an affine function
/// that can be rewritten: change <see cref="Weights"/> and <see cref="Bias"/>, then <see cref="Write"/>.
/// </summary>
internal sealed class Convolution
{
    private readonly Graph _graph;
    private readonly bool _transposed;
    private readonly int[] _kernel;

    private Convolution(Graph graph, NodeProto node, TensorProto weights, float[]? bias)
    {
        int[] shape = weights.Shape();
        (_graph, Node) = (graph, node);
        _transposed = node.Is("ConvTranspose");
        _kernel = shape[2..];
        Groups = (int)node.Int("group", 1);
        Weights = weights.Floats();
        Outputs = _transposed ? shape[1] : shape[0];
        InputsPerGroup = _transposed ? shape[0] : shape[1];
        Bias = bias ?? new float[Outputs];
    }

    public NodeProto Node { get; }

    /// <summary>[outputs, inputs of a group, kernel height, kernel width]; transposed: [inputs, outputs, ...].</summary>
    public float[] Weights { get; private set; }

    /// <summary>One value an output channel.</summary>
    public float[] Bias { get; private set; }

    public int Groups { get; private set; }

    public int Outputs { get; private set; }

    public int InputsPerGroup { get; private set; }

    public int Inputs => InputsPerGroup * Groups;

    /// <summary>Number of taps of the kernel.</summary>
    public int Taps => _kernel[0] * _kernel[1];

    public ReadOnlySpan<int> Kernel => _kernel;

    public bool IsDepthwise => Groups > 1 && InputsPerGroup == 1 && Outputs == Groups;

    /// <summary>One tap, no stride, no padding: a matrix applied to every pixel.</summary>
    public bool IsPointwise =>
        !_transposed
        && Groups == 1
        && Taps == 1
        && !IsPadded
        && (Node.Ints("strides") ?? [1, 1]).All(stride => stride == 1);

    /// <summary>Whether some output sees zeros beyond the border.</summary>
    public bool IsPadded =>
        (Node.Ints("pads") ?? []).Any(pad => pad != 0)
        || (Taps > 1 && Node.Text("auto_pad", "NOTSET") is "SAME_UPPER" or "SAME_LOWER");

    /// <summary>The node as a convolution; none where it is something else, or its weights are not constant.</summary>
    public static Convolution? Of(Graph graph, NodeProto? node)
    {
        if (node is null || !(node.Is("Conv") || (node.Is("ConvTranspose") && node.Int("group", 1) == 1)))
        {
            return null;
        }

        if (graph.Constant(node.Input[1]) is not { Dims.Count: 4 } weights || !weights.IsFloat())
        {
            return null;
        }

        if (node.Input.Count < 3)
        {
            return new Convolution(graph, node, weights, bias: null);
        }

        return graph.Constant(node.Input[2]) is { } bias ? new Convolution(graph, node, weights, bias.Floats()) : null;
    }

    /// <summary>Whether an output channel is its bias whatever the input: all its weights are zero.</summary>
    public bool IsConstant(int output) =>
        Range(InputsPerGroup * Taps).All(i => Weight(output, i / Taps, i % Taps) == 0);

    /// <summary>Whether no output depends on an input channel of a convolution of one group.</summary>
    public bool IsUnused(int input) => Range(Outputs * Taps).All(i => Weight(i / Taps, input, i % Taps) == 0);

    /// <summary>The weight of a tap.</summary>
    public ref float Weight(int output, int input, int tap) =>
        ref Weights[
            _transposed ? (input * Outputs + output) * Taps + tap : (output * InputsPerGroup + input) * Taps + tap
        ];

    /// <summary>Multiplies each output channel: (a W) x + a b.</summary>
    public void ScaleOutputs(ReadOnlySpan<double> factors)
    {
        for (int output = 0; output < Outputs; output++)
        {
            Bias[output] = (float)(Bias[output] * factors[output]);
            for (int input = 0; input < InputsPerGroup; input++)
            {
                for (int tap = 0; tap < Taps; tap++)
                {
                    Weight(output, input, tap) = (float)(Weight(output, input, tap) * factors[output]);
                }
            }
        }
    }

    /// <summary>Adds to each output channel.</summary>
    public void ShiftOutputs(ReadOnlySpan<double> shifts)
    {
        for (int output = 0; output < Outputs; output++)
        {
            Bias[output] = (float)(Bias[output] + shifts[output]);
        }
    }

    /// <summary>Takes in what multiplied each input channel: W (a x) = (W a) x.</summary>
    public void ScaleInputs(ReadOnlySpan<double> factors)
    {
        for (int output = 0; output < Outputs; output++)
        {
            for (int input = 0; input < InputsPerGroup; input++)
            {
                for (int tap = 0; tap < Taps; tap++)
                {
                    Weight(output, input, tap) = (float)(Weight(output, input, tap) * factors[Channel(output, input)]);
                }
            }
        }
    }

    /// <summary>Takes in what was added to each input channel: W (x + s) + b = W x + (b + W s), where nothing is padded.</summary>
    public void ShiftInputs(ReadOnlySpan<double> shifts)
    {
        for (int output = 0; output < Outputs; output++)
        {
            double sum = Bias[output];
            for (int input = 0; input < InputsPerGroup; input++)
            {
                for (int tap = 0; tap < Taps; tap++)
                {
                    sum += Weight(output, input, tap) * shifts[Channel(output, input)];
                }
            }
            Bias[output] = (float)sum;
        }
    }

    /// <summary>Keeps some output channels, in the given order; a place of -1 is a channel of zeros.</summary>
    public void TakeOutputs(ReadOnlySpan<int> places)
    {
        (float[]? weights, float[]? bias) = (
            new float[places.Length * InputsPerGroup * Taps],
            new float[places.Length]
        );
        for (int i = 0; i < places.Length; i++)
        {
            if (places[i] < 0)
            {
                continue;
            }

            bias[i] = Bias[places[i]];
            Span<float> row = Weights.AsSpan(places[i] * InputsPerGroup * Taps, InputsPerGroup * Taps);
            row.CopyTo(weights.AsSpan(i * row.Length));
        }
        if (IsDepthwise)
        {
            Groups = places.Length;
        }

        (Weights, Bias, Outputs) = (weights, bias, places.Length);
    }

    /// <summary>Keeps some input channels of a convolution of one group, in the given order; -1 is one of zeros.</summary>
    public void TakeInputs(ReadOnlySpan<int> places)
    {
        float[] weights = new float[Outputs * places.Length * Taps];
        for (int output = 0; output < Outputs; output++)
        {
            for (int i = 0; i < places.Length; i++)
            {
                if (places[i] < 0)
                {
                    continue;
                }

                Span<float> taps = Weights.AsSpan((output * InputsPerGroup + places[i]) * Taps, Taps);
                taps.CopyTo(weights.AsSpan((output * places.Length + i) * Taps));
            }
        }
        (Weights, InputsPerGroup) = (weights, places.Length);
    }

    /// <summary>Takes in a pointwise convolution before this pointwise one: V (W x + b) + c = (V W) x + (V b + c).</summary>
    public void Precede(Convolution first)
    {
        float[] product = new float[Outputs * first.Inputs];
        for (int output = 0; output < Outputs; output++)
        {
            double bias = Bias[output];
            double[] row = new double[first.Inputs];
            for (int between = 0; between < Inputs; between++)
            {
                double weight = Weights[output * Inputs + between];
                bias += weight * first.Bias[between];
                for (int input = 0; input < row.Length; input++)
                {
                    row[input] += weight * first.Weights[between * row.Length + input];
                }
            }
            Bias[output] = (float)bias;
            for (int input = 0; input < row.Length; input++)
            {
                product[output * row.Length + input] = (float)row[input];
            }
        }
        (Weights, InputsPerGroup) = (product, first.Inputs);
    }

    /// <summary>Writes weights and bias into the graph, under new names: others may share the old ones.</summary>
    public void Write()
    {
        int[] shape = _transposed ? [InputsPerGroup, Outputs, .. _kernel] : [Outputs, InputsPerGroup, .. _kernel];
        if (IsDepthwise)
        {
            Node.With("group", (long)Groups);
        }

        string weights = _graph.AddConstant($"{Node.Output[0]}/weights", Weights, shape);
        string bias = _graph.AddConstant($"{Node.Output[0]}/bias", Bias, Outputs);
        _graph.SetInputs(Node, Node.Input[0], weights, bias);
    }

    private static IEnumerable<int> Range(int count) => Enumerable.Range(0, count);

    private int Channel(int output, int input) => output / (Outputs / Groups) * InputsPerGroup + input;
}
