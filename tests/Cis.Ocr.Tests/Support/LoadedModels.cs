using System.Collections.Concurrent;
using Cis.Ocr.Kernels;
using Cis.Ocr.Models;
using Cis.Ocr.Tests.Kernels;

namespace Cis.Ocr.Tests.Support;

/// <summary>Compiled families, each loaded once. Every session of this test process is made here, see <see cref="MainThread"/>.</summary>
internal static class LoadedModels
{
    private static readonly ConcurrentDictionary<(string, KernelSet), Lazy<OcrModels>> s_families = new();

    /// <summary>The family that was packed.</summary>
    public static OcrModels Packed => Of(TestFiles.PackedFamily);

    /// <summary>A family; skips the test where it was not built.</summary>
    /// <param name="family">Its name.</param>
    /// <param name="kernels">The kernels that must run it; skips the test where the CPU does not have them.</param>
    public static OcrModels Of(string family, KernelSet kernels = KernelSet.None)
    {
        nint kernelLibrary = kernels == KernelSet.None ? 0 : NativeKernels.Load(kernels);
        nint library = TestFiles.Library("libonnxruntime.so");
        var files = new FolderModelFiles(TestFiles.Family(family));
        return s_families
            .GetOrAdd(
                (family, kernels),
                _ => new Lazy<OcrModels>(() =>
                    MainThread.Invoke(() =>
                        OcrModels.Load(library, kernelLibrary, files, new OcrOptions { Kernels = kernels })
                    )
                )
            )
            .Value;
    }
}
