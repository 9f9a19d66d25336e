namespace Cis.Ocr.Kernels;

/// <summary>
/// The sets of cis's own kernels, each faster than those before it, as native/kernels/kernels.h numbers them.
/// </summary>
public enum KernelSet
{
    /// <summary>None: ONNX Runtime runs the graphs of 32-bit floats.</summary>
    None = 0,

    /// <summary>For CPUs with AVX2 and FMA: activations have 7 bits.</summary>
    Avx2 = 1,

    /// <summary>For CPUs with AVX-VNNI but without AVX-512: activations have 8 bits.</summary>
    AvxVnni = 2,

    /// <summary>For CPUs with AVX-512 but without VNNI: activations have 7 bits.</summary>
    Avx512 = 3,

    /// <summary>For CPUs with AVX512-VNNI: activations have 8 bits.</summary>
    Vnni = 4,
}
