using System.Runtime.InteropServices;
using Cis.Ocr.Kernels;
using Cis.Ocr.Tests.Support;

namespace Cis.Ocr.Tests.Kernels;

/// <summary>The functions of libciskernels, called on arrays.</summary>
internal static unsafe class NativeKernels
{
    private const int OutputBlock = 6;

    [StructLayout(LayoutKind.Sequential)]
    private struct Pointwise
    {
        public int Inputs;
        public int Outputs;
        public sbyte* Weights;
        public float* RowScales;
        public float* RowSums;
        public float* Biases;
        public ulong* Pairs;
    }

    /// <summary>y = layer(x) for x [inputs, pixels]; the weights [outputs, inputs] times scale are the real ones.</summary>
    public static float[] RunPointwise(
        KernelSet set,
        sbyte[] weights,
        float scale,
        float[] biases,
        float[] x,
        int pixels,
        bool inPairs = true
    )
    {
        (int outputs, int inputs) = (biases.Length, weights.Length / biases.Length);
        sbyte[] packed = Pack(weights, outputs, inputs);
        float[] scales = [.. Enumerable.Repeat(scale, outputs)];
        float[] sums = [.. Enumerable.Range(0, outputs).Select(o => scale * Sum(weights.AsSpan(o * inputs, inputs)))];
        float[] y = new float[outputs * pixels];
        fixed (sbyte* w = packed)
        fixed (
            float* s = scales,
                r = sums,
                b = biases,
                from = x,
                to = y
        )
        {
            var layer = new Pointwise
            {
                Inputs = inputs,
                Outputs = outputs,
                Weights = w,
                RowScales = s,
                RowSums = r,
                Biases = b,
            };
            ulong[] pairs = new ulong[inPairs ? PairWords(set, &layer, null) : 0];
            fixed (ulong* found = pairs)
            {
                PairWords(set, &layer, found);
                layer.Pairs = found;
                ((delegate* unmanaged<Pointwise*, int, float*, float*, nint, void>)PointwiseOf(set))(
                    &layer,
                    0,
                    from,
                    to,
                    pixels
                );
            }
        }

        return y;
    }

    /// <summary>The library; skips the test where it was not built or the CPU does not run the set.</summary>
    public static nint Load(KernelSet set)
    {
        nint library = TestFiles.Library("libciskernels.so");
        Assert.SkipUnless(new KernelLibrary(library, set).Set == set, $"This CPU does not run the kernels {set}.");
        return library;
    }

    private static nuint PairWords(KernelSet set, Pointwise* layer, ulong* pairs) =>
        (
            (delegate* unmanaged<Pointwise*, ulong*, nuint>)
                NativeLibrary.GetExport(Load(set), "cis_find_pairs_" + KernelLibrary.NameOf(set))
        )(layer, pairs);

    private static nint PointwiseOf(KernelSet set) =>
        NativeLibrary.GetExport(Load(set), "cis_pointwise_" + KernelLibrary.NameOf(set));

    private static sbyte[] Pack(sbyte[] weights, int outputs, int inputs)
    {
        int blocks = (outputs + OutputBlock - 1) / OutputBlock;
        sbyte[] packed = new sbyte[blocks * OutputBlock * inputs];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                int quad = o / OutputBlock * (inputs / 4) + i / 4;
                packed[(quad * OutputBlock + o % OutputBlock) * 4 + i % 4] = weights[o * inputs + i];
            }
        }

        return packed;
    }

    private static int Sum(ReadOnlySpan<sbyte> values)
    {
        int sum = 0;
        foreach (sbyte value in values)
        {
            sum += value;
        }

        return sum;
    }
}
