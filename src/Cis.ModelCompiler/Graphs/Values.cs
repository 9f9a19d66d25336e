using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Graphs;

/// <summary>The declared inputs and outputs of a graph.</summary>
internal static class Values
{
    /// <summary>A float value; a dimension of -1 is known at run time only.</summary>
    public static ValueInfoProto Float(string name, params ReadOnlySpan<int> shape)
    {
        var dims = new TensorShapeProto();
        foreach (int dim in shape)
        {
            dims.Dim.Add(
                dim < 0
                    ? new TensorShapeProto.Types.Dimension { DimParam = $"{name}.{dims.Dim.Count}" }
                    : new TensorShapeProto.Types.Dimension { DimValue = dim }
            );
        }
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor
                {
                    ElemType = (int)TensorProto.Types.DataType.Float,
                    Shape = dims,
                },
            },
        };
    }

    /// <summary>The declared shape, -1 for a dimension known at run time only; none where no shape is declared.</summary>
    public static int[]? Shape(this ValueInfoProto value) =>
        value.Type?.TensorType?.Shape is { } shape
            ? [.. shape.Dim.Select(dim => dim.HasDimValue ? checked((int)dim.DimValue) : -1)]
            : null;
}
