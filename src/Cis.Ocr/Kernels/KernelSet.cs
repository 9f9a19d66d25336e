namespace Cis.Ocr.Kernels;

/// <summary>The sets of cis's own kernels, each better than those before it, as native/kernels/kernels.h numbers them.</summary>
public enum KernelSet
{
    /// <summary>None: ONNX Runtime runs the graphs of 32-bit floats.</summary>
    None = 0,

    /// <summary>For CPUs with AVX-512 but without VNNI: activations have 7 bits.</summary>
    Avx512 = 1,

    /// <summary>For CPUs with AVX512-VNNI: activations have 8 bits.</summary>
    Vnni = 2,
}
