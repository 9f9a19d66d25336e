using System.Runtime.InteropServices;
using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;
using Google.Protobuf;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// The weights of a 1x1 convolution in 8 bits, in the order in which native/kernels/pointwise.h reads them: blocks of six
/// outputs, within them groups of four inputs, [outputs / 6, inputs / 4, 6, 4]. Each row (an output) has its own scale,
/// its greatest weight over 127, so that a row of small weights keeps as many digits as one of large weights.
/// </summary>
internal sealed class QuantisedWeights
{
    private const int OutputBlock = 6;
    private const int InputBlock = 4;
    private const int MostChannels = 1024;
    private const float Steps = sbyte.MaxValue;

    private readonly Convolution _convolution;
    private readonly sbyte[] _weights;
    private readonly float[] _rows;

    private QuantisedWeights(Convolution convolution)
    {
        _convolution = convolution;
        _weights = new sbyte[convolution.Weights.Length];
        _rows = new float[3 * convolution.Outputs];
        for (var output = 0; output < convolution.Outputs; output++)
            Quantise(output);
    }

    /// <summary>Whether the kernel takes a convolution of these sizes.</summary>
    public static bool Fit(Convolution convolution) =>
        convolution.IsPointwise
        && convolution.Node.Is("Conv")
        && convolution.Outputs % OutputBlock == 0
        && convolution.Inputs % InputBlock == 0
        && convolution.Outputs <= MostChannels
        && convolution.Inputs <= MostChannels;

    /// <summary>Adds a convolution's weights to the graph.</summary>
    /// <returns>The names of the weights, and of the rows' scales, sums and biases: [3, outputs].</returns>
    public static string[] Add(Graph graph, Convolution convolution)
    {
        var quantised = new QuantisedWeights(convolution);
        var stem = convolution.Node.Output[0];
        return
        [
            graph.AddConstant(quantised.Weights(graph.NewName($"{stem}/weights"))),
            graph.AddConstant($"{stem}/rows", quantised._rows, 3, convolution.Outputs),
        ];
    }

    private void Quantise(int output)
    {
        var row = _convolution.Weights.AsSpan(output * _convolution.Inputs, _convolution.Inputs);
        var scale = Greatest(row) / Steps;
        var sum = 0;
        for (var input = 0; input < row.Length; input++)
        {
            var weight = scale == 0 ? 0 : (int)MathF.Round(row[input] / scale);
            _weights[Place(output, input)] = (sbyte)weight;
            sum += weight;
        }
        var outputs = _convolution.Outputs;
        (_rows[output], _rows[outputs + output]) = (scale, scale * sum);
        _rows[2 * outputs + output] = _convolution.Bias[output];
    }

    private int Place(int output, int input)
    {
        var block = output / OutputBlock * (_convolution.Inputs / InputBlock) + input / InputBlock;
        return (block * OutputBlock + output % OutputBlock) * InputBlock + input % InputBlock;
    }

    private static float Greatest(ReadOnlySpan<float> row)
    {
        var greatest = 0f;
        foreach (var weight in row)
            greatest = MathF.Max(greatest, MathF.Abs(weight));
        return greatest;
    }

    private TensorProto Weights(string name)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Int8,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<sbyte>(_weights)),
        };
        tensor.Dims.Add([
            _convolution.Outputs / OutputBlock,
            _convolution.Inputs / InputBlock,
            OutputBlock,
            InputBlock,
        ]);
        return tensor;
    }
}
