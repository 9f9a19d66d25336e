using Cis.Documents;
using Cis.Files;
using Cis.Input;
using Cis.Pages;
using Cis.Reading;

namespace Cis.Output;

/// <summary>Searchable PDFs: each document in a file of its own, which appears once it is complete.</summary>
internal sealed class PdfTarget : OutputTarget
{
    // A thousand page numbers do not fit on a line.
    private const int PagesShown = 10;

    private readonly string? _folder;
    private readonly AtomicFile? _file; // neither: standard output
    private readonly SearchableCopies _copies;
    private readonly Func<IDocumentReader> _createReader;
    private readonly Action<string> _say;
    private readonly CancellationToken _stop;
    private bool _isWritten;

    /// <summary>A target.</summary>
    /// <param name="path">Null or <c>-</c> for standard output; a folder if it is one or ends in a slash; else a file.</param>
    /// <param name="copies">The documents that are read.</param>
    /// <param name="createReader">Makes what decodes images.</param>
    /// <param name="say">Hears what the user should know, a line each.</param>
    /// <param name="stop">Ends a copy half-way.</param>
    /// <exception cref="OutputException">It cannot be written there.</exception>
    internal PdfTarget(
        string? path,
        SearchableCopies copies,
        Func<IDocumentReader> createReader,
        Action<string> say,
        CancellationToken stop
    )
    {
        (_copies, _createReader, _say, _stop) = (copies, createReader, say, stop);
        _folder = IsFolder(path) ? path : null;
        _file = _folder is null && !IsStandardOutput(path) ? new AtomicFile(path) : null;
    }

    /// <inheritdoc/>
    /// <exception cref="ReadException">The document is too damaged for a copy.</exception>
    internal override void Write(InputFile file, ReadDocument document)
    {
        using SearchableCopy? copy = _copies.Take(file);
        if (copy is null || document.Text.Pages.All(page => page.Text is null))
        {
            return;
        }

        IReadOnlyList<string> notes = Write(copy, file, document.Text);
        foreach (string note in notes.Concat(FailedPages(document.Text)))
        {
            _say($"{document.Path}: {note}");
        }
    }

    // As for other formats, a file in which there would be nothing is not made.
    internal override void Complete()
    {
        if (_isWritten)
        {
            Try(() => _file?.Commit(), "the output");
        }
    }

    public override void Dispose() => _file?.Dispose();

    private IReadOnlyList<string> Write(SearchableCopy copy, InputFile file, DocumentText text)
    {
        IReadOnlyList<string> notes = [];
        if (_folder is not null)
        {
            string path = PathIn(_folder, file, OutputFormat.Pdf);
            Try(() => notes = WriteFile(copy, path, text), PathBytes.Shown(path));
        }
        else if (_file is not null)
        {
            Try(() => notes = Write(copy, text, _file.Stream), "the output");
        }
        else
        {
            // Whole or not at all: nothing is sent before the end is there.
            using var whole = new MemoryStream();
            notes = Write(copy, text, whole);
            using var output = new StandardOutput();
            output.Write(whole.GetBuffer().AsSpan(0, (int)whole.Length));
        }

        _isWritten = true;
        return notes;
    }

    private IReadOnlyList<string> WriteFile(SearchableCopy copy, string path, DocumentText text)
    {
        FolderMaker.Make(Path.GetDirectoryName(path)!);
        using var file = new AtomicFile(path);
        IReadOnlyList<string> notes = Write(copy, text, file.Stream);
        file.Commit();
        return notes;
    }

    private IReadOnlyList<string> Write(SearchableCopy copy, DocumentText text, Stream output)
    {
        var texts = new Dictionary<int, PageText>();
        foreach (PageResult page in text.Pages)
        {
            if (page.Text is not null)
            {
                texts.Add(page.Number, page.Text);
            }
        }

        using IDocumentReader reader = _createReader();
        return copy.Write(texts, text.PageCount, PdfProducer.OwnName, reader, output, _stop);
    }

    private static IEnumerable<string> FailedPages(DocumentText text)
    {
        int[] failed = [.. text.Pages.Where(page => page.Text is null).Select(page => page.Number)];
        if (failed.Length > 0)
        {
            string more = failed.Length > PagesShown ? $" and {failed.Length - PagesShown} more" : "";
            yield return $"kept without a text layer: page {string.Join(", ", failed.Take(PagesShown))}{more}";
        }
    }

    private static void Try(Action write, string what)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{what} cannot be written: {FileFault.Describe(e)}", e);
        }
    }
}
