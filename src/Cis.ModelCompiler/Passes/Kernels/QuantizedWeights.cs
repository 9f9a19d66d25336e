using System.Runtime.InteropServices;
using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;
using Google.Protobuf;

namespace Cis.ModelCompiler.Passes.Kernels;

/// <summary>
/// The weights of a convolution in 8 bits, in the order in which native/kernels read them: blocks of six outputs, within
/// them groups of four inputs, [outputs / 6, inputs / 4, kernel height, kernel width, 6, 4], filled up with zeros. Each row
/// (an output) has its own scale, its greatest weight over 127, so that a row of small weights keeps as many digits as one
/// of large weights.
/// </summary>
internal sealed class QuantizedWeights
{
    private const int OutputBlock = 6;

    /// <summary>The inputs of a group: the kernels take whole ones, but for an image that has none.</summary>
    public const int InputBlock = 4;

    private const int MostChannels = 1024;
    private const float Steps = sbyte.MaxValue;

    private readonly Convolution _convolution;
    private readonly int _inputBlocks;
    private readonly sbyte[] _weights;
    private readonly float[] _rows;

    private QuantizedWeights(Convolution convolution)
    {
        _convolution = convolution;
        _inputBlocks = Blocks(convolution.Inputs, InputBlock);
        int blocks = Blocks(convolution.Outputs, OutputBlock) * _inputBlocks * convolution.Taps;
        _weights = new sbyte[blocks * OutputBlock * InputBlock];
        _rows = new float[3 * convolution.Outputs];
        for (int output = 0; output < convolution.Outputs; output++)
        {
            Quantize(output);
        }
    }

    /// <summary>Whether the inputs of a 1x1 convolution fill the groups, as its kernels demand.</summary>
    public static bool FillBlocks(Convolution convolution) =>
        convolution.IsPointwise
        && convolution.Node.Is("Conv")
        && convolution.Inputs % InputBlock == 0
        && convolution.Outputs <= MostChannels
        && convolution.Inputs <= MostChannels;

    /// <summary>Adds a convolution's weights to the graph.</summary>
    /// <returns>The names of the weights, and of the rows' scales, sums and biases: [3, outputs].</returns>
    public static string[] Add(Graph graph, Convolution convolution)
    {
        var quantized = new QuantizedWeights(convolution);
        string stem = convolution.Node.Output[0];
        return
        [
            graph.AddConstant(quantized.Weights(graph.NewName($"{stem}/weights"))),
            graph.AddConstant($"{stem}/rows", quantized._rows, 3, convolution.Outputs),
        ];
    }

    private void Quantize(int output)
    {
        float scale = Greatest(output) / Steps;
        int sum = 0;
        for (int input = 0; input < _convolution.Inputs; input++)
        {
            for (int tap = 0; tap < _convolution.Taps; tap++)
            {
                int weight = scale == 0 ? 0 : (int)MathF.Round(_convolution.Weight(output, input, tap) / scale);
                _weights[Place(output, input, tap)] = (sbyte)weight;
                sum += weight;
            }
        }
        int outputs = _convolution.Outputs;
        (_rows[output], _rows[outputs + output]) = (scale, scale * sum);
        _rows[2 * outputs + output] = _convolution.Bias[output];
    }

    private int Place(int output, int input, int tap)
    {
        int block = (output / OutputBlock * _inputBlocks + input / InputBlock) * _convolution.Taps + tap;
        return (block * OutputBlock + output % OutputBlock) * InputBlock + input % InputBlock;
    }

    private float Greatest(int output)
    {
        float greatest = 0f;
        int length = _convolution.Inputs * _convolution.Taps;
        foreach (float weight in _convolution.Weights.AsSpan(output * length, length))
        {
            greatest = MathF.Max(greatest, MathF.Abs(weight));
        }

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
        (int height, int width) = (_convolution.Kernel[0], _convolution.Kernel[1]);
        tensor.Dims.Add([
            Blocks(_convolution.Outputs, OutputBlock),
            _inputBlocks,
            height,
            width,
            OutputBlock,
            InputBlock,
        ]);
        return tensor;
    }

    private static int Blocks(int channels, int size) => (channels + size - 1) / size;
}
