using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cis.Ocr.Recognition;

/// <summary>The index of the largest value.</summary>
/// <remarks>
/// Not <see cref="TensorPrimitives.IndexOfMax(ReadOnlySpan{float})"/>: that one keeps its indices as bit patterns of
/// floats, which are subnormal numbers, and engines run with subnormals flushed to zero; its answer is then 0.
/// </remarks>
internal static class ArgMax
{
    /// <summary>The first index of the largest value; 0 where the values are not numbers.</summary>
    public static int Of(ReadOnlySpan<float> values)
    {
        float max = TensorPrimitives.Max(values);
        var wanted = Vector256.Create(max);
        int i = 0;
        foreach (Vector256<float> vector in MemoryMarshal.Cast<float, Vector256<float>>(values))
        {
            uint equal = Vector256.Equals(vector, wanted).ExtractMostSignificantBits();
            if (equal != 0)
            {
                return i + int.TrailingZeroCount((int)equal);
            }

            i += Vector256<float>.Count;
        }

        for (; i < values.Length; i++)
        {
            if (values[i] == max)
            {
                return i;
            }
        }

        return 0;
    }
}
