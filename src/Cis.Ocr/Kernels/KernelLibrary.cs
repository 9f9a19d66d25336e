using System.Runtime.InteropServices;

namespace Cis.Ocr.Kernels;

/// <summary>
/// cis's own kernels (native/kernels): operators of the domain <c>cis</c> that ONNX Runtime runs in graphs compiled for
/// them, on CPUs with AVX-512.
/// </summary>
internal readonly unsafe struct KernelLibrary
{
    private readonly nint _library;

    /// <summary>The library, and which of its sets is used.</summary>
    /// <param name="library">A handle of the loaded libciskernels, or 0.</param>
    /// <param name="best">The best set that may be used, where the CPU runs it.</param>
    public KernelLibrary(nint library, KernelSet best)
    {
        _library = library;
        Set = library == 0 || best == KernelSet.None ? KernelSet.None : Lesser(best, Supported(library));
    }

    /// <summary>The set that is used.</summary>
    public KernelSet Set { get; }

    /// <summary>Whether graphs with these operators run here.</summary>
    public bool IsAvailable => Set != KernelSet.None;

    /// <summary>
    /// Makes the calling thread take subnormal numbers for zero. ONNX Runtime does so only for the thread that makes its
    /// first session and those started by it.
    /// </summary>
    public void FlushSubnormals()
    {
        if (_library != 0)
        {
            ((delegate* unmanaged<void>)NativeLibrary.GetExport(_library, "cis_flush_subnormals"))();
        }
    }

    /// <summary>ONNX Runtime's <c>RegisterCustomOps(OrtSessionOptions*, const OrtApiBase*)</c>; only where available.</summary>
    public delegate* unmanaged<nint, nint, nint> Register =>
        (delegate* unmanaged<nint, nint, nint>)
            NativeLibrary.GetExport(_library, Set == KernelSet.Avx512 ? "RegisterAvx512Ops" : "RegisterCustomOps");

    private static KernelSet Lesser(KernelSet one, KernelSet other) => one < other ? one : other;

    private static KernelSet Supported(nint library) =>
        (KernelSet)((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "cis_kernels_supported"))();
}
