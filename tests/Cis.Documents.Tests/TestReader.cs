using System.Runtime.InteropServices;
using Cis.Pages;

namespace Cis.Documents.Tests;

/// <summary>A reader with libraries and a page of its own, for one test.</summary>
internal sealed class TestReader : IDocumentLibraries, IDisposable
{
    private readonly string _copy = Path.Combine(Path.GetTempPath(), $"cis-test-pdfium-{Guid.NewGuid():N}.so");
    private readonly DocumentReader _reader;

    internal TestReader() => _reader = new DocumentReader(this);

    internal PageImage Image { get; } = new();

    internal ReadingOptions Options { get; init; } = new();

    internal IDocumentReader Reader => _reader;

    public nint LoadPdfium()
    {
        // The same file loaded twice is the same library with the same globals: tests run side by side.
        File.Copy(TestFiles.Library("libpdfium.so"), _copy);
        nint pdfium = NativeLibrary.Load(_copy);
        File.Delete(_copy);
        return pdfium;
    }

    public void UnloadPdfium(nint library) => NativeLibrary.Free(library);

    public nint LoadGuard() => NativeLibrary.Load(TestFiles.Library("libcisguard.so"));

    public nint LoadVips() => NativeLibrary.Load(TestFiles.Library("libvips.so.42"));

    public void Dispose()
    {
        _reader.Dispose();
        Image.Dispose();
    }

    internal IDocument Open(DocumentSource source) => _reader.Open(source, Options);

    /// <summary>Reads every page: its content, and its failure where it has one.</summary>
    internal IReadOnlyList<PageContent> ReadAll(DocumentSource source)
    {
        using IDocument document = Open(source);
        var pages = new List<PageContent>();
        for (int i = 0; i < document.PageCount; i++)
        {
            pages.Add(document.Read(i, Image, TestContext.Current.CancellationToken));
        }

        return pages;
    }

    internal IReadOnlyList<PageContent> ReadAll(string path)
    {
        using var source = DocumentSource.FromFile(path, Options.Limits);
        return ReadAll(source);
    }

    internal PageContent ReadFirst(string path)
    {
        using var source = DocumentSource.FromFile(path, Options.Limits);
        return ReadFirst(source);
    }

    internal PageContent ReadFirst(DocumentSource source)
    {
        using IDocument document = Open(source);
        return document.Read(0, Image, TestContext.Current.CancellationToken);
    }
}
