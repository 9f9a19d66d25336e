using System.Runtime.InteropServices;

namespace Cis.Ocr.Kernels;

/// <summary>
/// cis's own kernels (native/kernels): operators of the domain <c>cis</c> that ONNX Runtime runs in graphs compiled for
/// them, on CPUs with AVX512-VNNI.
/// </summary>
internal readonly unsafe struct KernelLibrary
{
    private readonly nint _library;

    /// <summary>The library, or none where the CPU does not run it.</summary>
    /// <param name="library">A handle of the loaded libciskernels, or 0.</param>
    public KernelLibrary(nint library) => _library = library != 0 && Runs(library) ? library : 0;

    /// <summary>Whether graphs with these operators run here.</summary>
    public bool IsAvailable => _library != 0;

    /// <summary>ONNX Runtime's <c>RegisterCustomOps(OrtSessionOptions*, const OrtApiBase*)</c>; only where available.</summary>
    public delegate* unmanaged<nint, nint, nint> Register =>
        (delegate* unmanaged<nint, nint, nint>)NativeLibrary.GetExport(_library, "RegisterCustomOps");

    private static bool Runs(nint library) =>
        ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "cis_kernels_supported"))() != 0;
}
