using System.Globalization;
using System.Runtime.InteropServices;
using Cis.ModelCompiler.Onnx;
using Google.Protobuf;

namespace Cis.ModelCompiler.Graphs;

/// <summary>Reading and making the constant tensors of a graph. ONNX keeps values in <c>raw_data</c> or in typed fields.</summary>
internal static class Tensors
{
    public static bool IsFloat(this TensorProto tensor) => tensor.DataType == (int)TensorProto.Types.DataType.Float;

    /// <summary>Number of elements.</summary>
    public static int Count(this TensorProto tensor)
    {
        long count = 1;
        foreach (long dim in tensor.Dims)
        {
            count = checked(count * dim);
        }

        return checked((int)count);
    }

    public static int[] Shape(this TensorProto tensor) => [.. tensor.Dims.Select(dim => checked((int)dim))];

    /// <summary>The values of a float tensor, in row-major order (a copy).</summary>
    public static float[] Floats(this TensorProto tensor)
    {
        if (!tensor.IsFloat())
        {
            throw new CompilerException($"The tensor '{tensor.Name}' is not of 32-bit floats.");
        }

        float[] values = tensor.HasRawData
            ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()
            : [.. tensor.FloatData];
        return values.Length == tensor.Count() ? values : throw Torn(tensor);
    }

    public static TensorProto Create(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Float,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
        };
        foreach (int dim in shape)
        {
            tensor.Dims.Add(dim);
        }

        return tensor.Count() == values.Length ? tensor : throw Torn(tensor);
    }

    public static TensorProto Create(string name, ReadOnlySpan<long> values)
    {
        var tensor = new TensorProto
        {
            Name = name,
            DataType = (int)TensorProto.Types.DataType.Int64,
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
        };
        tensor.Dims.Add(values.Length);
        return tensor;
    }

    /// <summary>A float tensor whose values are the first ones of a file that lies beside the model (external data).</summary>
    public static TensorProto InFile(string name, string file, params ReadOnlySpan<int> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        foreach (int dim in shape)
        {
            tensor.Dims.Add(dim);
        }

        return tensor.At(file, offset: 0, sizeof(float) * (long)tensor.Count());
    }

    /// <summary>The tensor with its raw values at a place of a file that lies beside the model (external data).</summary>
    public static TensorProto MovedTo(this TensorProto tensor, string file, long offset)
    {
        TensorProto moved = tensor.Clone();
        moved.ClearRawData();
        return moved.At(file, offset, tensor.RawData.Length);
    }

    private static TensorProto At(this TensorProto tensor, string file, long offset, long length)
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = file });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = Text(offset) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = Text(length) });
        return tensor;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static CompilerException Torn(TensorProto tensor) =>
        new($"The tensor '{tensor.Name}' does not hold as many values as its shape says: the model file is damaged.");
}
