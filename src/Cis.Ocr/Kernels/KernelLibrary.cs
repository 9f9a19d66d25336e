using System.Runtime.InteropServices;

namespace Cis.Ocr.Kernels;

/// <summary>
/// cis's own kernels (native/kernels): operators of the domain <c>cis</c> that ONNX Runtime runs in graphs compiled for
/// them, on CPUs with AVX2 or better.
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
        Set = library == 0 ? KernelSet.None : Supported(library, best);
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

    /// <summary>
    /// The set's function of the form of ONNX Runtime's <c>RegisterCustomOps(OrtSessionOptions*, const OrtApiBase*)</c>;
    /// only where available.
    /// </summary>
    public delegate* unmanaged<nint, nint, nint> Register =>
        (delegate* unmanaged<nint, nint, nint>)NativeLibrary.GetExport(_library, "cis_register_" + NameOf(Set));

    /// <summary>What the names of a set's functions end in.</summary>
    internal static string NameOf(KernelSet set) =>
        set switch
        {
            KernelSet.Avx2 => "avx2",
            KernelSet.AvxVnni => "avxvnni",
            KernelSet.Avx512 => "avx512",
            KernelSet.Vnni => "vnni",
            _ => throw new ArgumentOutOfRangeException(nameof(set), set, "has no kernels"),
        };

    private static KernelSet Supported(nint library, KernelSet best) =>
        (KernelSet)
            ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "cis_kernels_supported"))((int)best);
}
