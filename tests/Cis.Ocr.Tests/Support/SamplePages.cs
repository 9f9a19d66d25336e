using System.Runtime.InteropServices;
using Cis.Documents;
using Cis.Pages;

namespace Cis.Ocr.Tests.Support;

/// <summary>The pages of tests/data in pixels, each document decoded once.</summary>
internal static class SamplePages
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, IReadOnlyList<Picture>> s_documents = [];
    private static readonly DocumentReader s_reader = new(new Libraries());

    /// <summary>All pages of a document; skips the test where the libraries were not built.</summary>
    public static IReadOnlyList<Picture> Of(string name)
    {
        // One PDFium for all tests of this process, and that is not thread-safe.
        lock (s_lock)
        {
            if (!s_documents.TryGetValue(name, out IReadOnlyList<Picture>? pages))
            {
                s_documents[name] = pages = Decode(name);
            }

            return pages;
        }
    }

    private static List<Picture> Decode(string name)
    {
        var options = new ReadingOptions { TextLayer = TextLayerMode.Never };
        using var source = DocumentSource.FromFile(TestFiles.Data(name), options.Limits);
        using IDocument document = s_reader.Open(source, options);
        using var image = new PageImage();
        var pages = new List<Picture>();
        for (int i = 0; i < document.PageCount; i++)
        {
            document.Read(i, image, CancellationToken.None);
            pages.Add(Picture.Of(image));
        }

        return pages;
    }

    private sealed class Libraries : IDocumentLibraries
    {
        public nint LoadPdfium() => TestFiles.Library("libpdfium.so");

        public void UnloadPdfium(nint library) => NativeLibrary.Free(library);

        public nint LoadGuard() => TestFiles.Library("libcisguard.so");

        public nint LoadVips() => TestFiles.Library("libvips.so.42");
    }
}
