using System.Collections.Concurrent;
using Cis.Ocr.Models;

namespace Cis.Ocr.Tests.Support;

/// <summary>Compiled families, each loaded once. Every session of this test process is made here, see <see cref="MainThread"/>.</summary>
internal static class LoadedModels
{
    private static readonly ConcurrentDictionary<(string, nint), Lazy<OcrModels>> s_families = new();

    /// <summary>PP-OCRv6 small; skips the test where it was not built.</summary>
    public static OcrModels V6 => Of("v6");

    /// <summary>A family; skips the test where it was not built.</summary>
    /// <param name="family">Its name.</param>
    /// <param name="kernels">A handle of libciskernels, or 0 to read without.</param>
    public static OcrModels Of(string family, nint kernels = 0)
    {
        nint library = TestFiles.Library("libonnxruntime.so");
        var files = new FolderModelFiles(TestFiles.Family(family));
        return s_families
            .GetOrAdd(
                (family, kernels),
                _ => new Lazy<OcrModels>(() =>
                    MainThread.Invoke(() => OcrModels.Load(library, kernels, files, new OcrOptions()))
                )
            )
            .Value;
    }
}
