using System.Runtime.InteropServices;

namespace Cis.Ocr.Kernels;

/// <summary>
/// cis's own kernels (native/kernels): operators of the domain <c>cis</c> that ONNX Runtime runs in graphs compiled for
/// them, on CPUs with AVX512-VNNI.
/// </summary>
internal readonly unsafe struct KernelLibrary
{
    private readonly nint _library;

    /// <summary>The library, and whether its operators may be used.</summary>
    /// <param name="library">A handle of the loaded libciskernels, or 0.</param>
    /// <param name="wanted">False leaves the operators alone, whatever the CPU.</param>
    public KernelLibrary(nint library, bool wanted)
    {
        _library = library;
        IsAvailable = wanted && library != 0 && Runs(library);
    }

    /// <summary>Whether graphs with these operators run here.</summary>
    public bool IsAvailable { get; }

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
        (delegate* unmanaged<nint, nint, nint>)NativeLibrary.GetExport(_library, "RegisterCustomOps");

    private static bool Runs(nint library) =>
        ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "cis_kernels_supported"))() != 0;
}
