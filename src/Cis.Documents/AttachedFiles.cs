using Cis.Documents.Pdf;
using Cis.Pages;

namespace Cis.Documents;

/// <summary>Opens the bytes of a document.</summary>
internal delegate IDocument OpenDocument(DocumentSource source, ReadingOptions options, CancellationToken token);

/// <summary>
/// A PDF and the files embedded in it, as one document: their pages follow its own, and each says where it is from. A file
/// that cannot be read stands as one page that fails; what is embedded in embedded files is not read.
/// </summary>
internal sealed class AttachedFiles : IDocument
{
    // Held by each engine that reads the document. A mail's attachments have 20 MB at most, as mail servers go.
    private const long MostBytes = 64L << 20;

    private readonly List<Part> _parts;
    private Part _current;

    private AttachedFiles(List<Part> parts) => (_parts, _current) = (parts, parts[0]);

    public int PageCount => _parts[^1].First + _parts[^1].Document.PageCount;

    /// <summary>A document with the files embedded in it; the document itself where there are none.</summary>
    /// <param name="document">The document.</param>
    /// <param name="options">How it was opened.</param>
    /// <param name="open">Opens a file.</param>
    /// <param name="token">Ends the opening from within.</param>
    internal static IDocument Append(
        PdfDocument document,
        ReadingOptions options,
        OpenDocument open,
        CancellationToken token
    )
    {
        var parts = new List<Part> { new(document, Source: null, First: 0, Name: null) };
        var all = new AttachedFiles(parts);
        try
        {
            all.Append(document.ListAttachments(token), document, options, open, token);
            return parts.Count > 1 ? all : document;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    public bool LooksLikePicture(int pageIndex, CancellationToken token)
    {
        Part part = PartOf(pageIndex);
        return part.Document.LooksLikePicture(pageIndex - part.First, token);
    }

    public void Judge(FontVerdict verdict) => _current.Document.Judge(verdict);

    public PageContent Read(int pageIndex, PageImage target, CancellationToken token)
    {
        _current = PartOf(pageIndex);
        int index = pageIndex - _current.First;
        PageContent content = _current.Document.Read(index, target, token);
        if (_current.Name is not { } name)
        {
            return content;
        }

        var from = new PageRemarks { Notes = [$"Page {index + 1} of the attached file {name}."] };
        return content with { Remarks = content.Remarks.And(from) };
    }

    public void Dispose()
    {
        foreach (Part part in _parts)
        {
            part.Document.Dispose();
            part.Source?.Dispose();
        }
    }

    private void Append(
        List<PdfAttachment> attachments,
        PdfDocument document,
        ReadingOptions options,
        OpenDocument open,
        CancellationToken token
    )
    {
        long left = MostBytes;
        ReadingOptions within = options with { Attachments = false };
        foreach (PdfAttachment attachment in attachments)
        {
            try
            {
                byte[] bytes = document.ReadAttachment(attachment, left, token);
                if (attachment.IsPages || DocumentSource.TypeOf(bytes.AsSpan(0, HeadOf(bytes))) is not null)
                {
                    left -= bytes.Length;
                    AppendFile(attachment.Name, bytes, within, open, token);
                }
            }
            catch (ReadException e) when (attachment.IsPages)
            {
                _parts.Add(new Part(new UnreadFile(attachment.Name, e), Source: null, PageCount, attachment.Name));
            }
            catch (ReadException)
            {
                // Neither by its name nor by its bytes one of those that are read.
            }
        }
    }

    private void AppendFile(
        string name,
        byte[] bytes,
        ReadingOptions options,
        OpenDocument open,
        CancellationToken token
    )
    {
        var source = DocumentSource.FromBytes(bytes, name, options.Limits);
        try
        {
            IDocument file = open(source, options, token);
            if (PageCount + file.PageCount > options.Limits.MaxPages)
            {
                file.Dispose();
                throw new ReadException(
                    Outcome.TooLarge,
                    $"with {name} the document has more than the {options.Limits.MaxPages} pages allowed (max-pages)"
                );
            }

            _parts.Add(new Part(file, source, PageCount, name));
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private Part PartOf(int pageIndex)
    {
        int part = _parts.Count - 1;
        while (_parts[part].First > pageIndex)
        {
            part--;
        }

        return _parts[part];
    }

    private static int HeadOf(byte[] bytes) => Math.Min(bytes.Length, DocumentSource.HeadLength);

    /// <summary>A document among those that are read as one.</summary>
    /// <param name="Document">The document.</param>
    /// <param name="Source">Its bytes, where they are its own.</param>
    /// <param name="First">Which page of the whole its first one is, from 0.</param>
    /// <param name="Name">What it is called; null for the one that the others are embedded in.</param>
    private sealed record Part(IDocument Document, DocumentSource? Source, int First, string? Name);

    /// <summary>The page that an embedded file has which cannot be read.</summary>
    private sealed class UnreadFile(string name, ReadException failure) : IDocument
    {
        public int PageCount => 1;

        public bool LooksLikePicture(int pageIndex, CancellationToken token) => false;

        public PageContent Read(int pageIndex, PageImage target, CancellationToken token) =>
            throw new ReadException(
                failure.Outcome,
                $"the attached file {name} was not read: {failure.Message}",
                failure
            );

        public void Dispose() { }
    }
}
