using Cis.ModelCompiler.Graphs;
using Cis.ModelCompiler.Onnx;

namespace Cis.ModelCompiler.Passes;

/// <summary>
/// Sets every weight below 1e-20 to zero.
/// <para>
/// Weight decay left whole channels around 1e-39. Such a number is subnormal, and its products with activations are
/// too: on Intel each of those multiplications takes a microcode assist of over a hundred cycles. Products of the
/// merely tiny become subnormal as well (1e-20 x 1e-20), hence the limit.
/// </para>
/// <para>
/// Why this is exact: a sum of n products |w x| &lt;= 1e-20 |x| changes by less than n 1e-20 max|x|. With n below 1e5 and
/// activations below 1e4 that is 1e-11 of nothing a 32-bit float near 1 (spacing 6e-8) can show; the sums that are
/// themselves tiny feed the same argument one layer on.
/// </para>
/// </summary>
internal sealed class FlushTinyWeights : IGraphPass
{
    internal const float Limit = 1e-20f;

    public string Name => "flush tiny weights";

    public int Apply(Graph graph)
    {
        int flushed = 0;
        foreach (TensorProto? tensor in graph.Constants.Where(Tensors.IsFloat).ToList())
        {
            float[] values = tensor.Floats();
            int here = Flush(values);
            if (here > 0)
            {
                graph.AddConstant(Tensors.Create(tensor.Name, values, tensor.Shape()));
            }

            flushed += here;
        }
        return flushed;
    }

    private static int Flush(Span<float> values)
    {
        int flushed = 0;
        foreach (ref float value in values)
        {
            if (value != 0 && MathF.Abs(value) < Limit)
            {
                value = 0;
                flushed++;
            }
        }
        return flushed;
    }
}
