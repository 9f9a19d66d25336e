using Cis.Documents.Pdf.Writing;
using Cis.Pages;

namespace Cis.Documents;

/// <summary>
/// A document that is to become a PDF whose pages look as they do and can be searched: what was read of them stands on them
/// as invisible text.
/// </summary>
public sealed class SearchableCopy : IDisposable
{
    private readonly DocumentSource _source;
    private readonly ReadingOptions _options;
    private readonly SearchablePdf? _pdf;

    private SearchableCopy(DocumentSource source, ReadingOptions options)
    {
        (_source, _options) = (source, options);
        _pdf =
            source.Type == DocumentType.Pdf
                ? WatchedDocument.WhileWhole(source, () => SearchablePdf.Open(source, options.Limits.MaxPages))
                : null;
    }

    /// <summary>Prepares a document, before it is read: one of which no copy can be made need not be read.</summary>
    /// <param name="source">Its bytes, which are shared.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="guardLibrary">The handle of libcisguard.so, which lets a file be cut short without ending the process.</param>
    /// <exception cref="ReadException">It is a PDF that is encrypted, too large or too damaged.</exception>
    public static SearchableCopy Prepare(DocumentSource source, ReadingOptions options, nint guardLibrary)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        DocumentSource shared = source.Share();
        try
        {
            if (shared.IsFile)
            {
                shared.Watch(guardLibrary);
            }

            return new SearchableCopy(shared, options);
        }
        catch
        {
            shared.Dispose();
            throw;
        }
    }

    /// <summary>Writes the copy.</summary>
    /// <param name="texts">What was read, by the number of its page; other pages are as they were.</param>
    /// <param name="pageCount">How many pages the document has.</param>
    /// <param name="producer">The program's name and version, which the PDF names as its producer.</param>
    /// <param name="reader">What decodes an image.</param>
    /// <param name="output">Takes the PDF; what it holds is worth nothing where this throws.</param>
    /// <param name="token">Ends the decoding of an image.</param>
    /// <returns>What its user should know, a sentence each, such as that a signature is lost.</returns>
    /// <exception cref="ReadException">The document is too damaged.</exception>
    public IReadOnlyList<string> Write(
        IReadOnlyDictionary<int, PageText> texts,
        int pageCount,
        string producer,
        IDocumentReader reader,
        Stream output,
        CancellationToken token
    )
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(output);
        return WatchedDocument.WhileWhole(_source, () => WriteCopy(texts, pageCount, producer, reader, output, token));
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    private IReadOnlyList<string> WriteCopy(
        IReadOnlyDictionary<int, PageText> texts,
        int pageCount,
        string producer,
        IDocumentReader reader,
        Stream output,
        CancellationToken token
    )
    {
        if (_pdf is not null)
        {
            return _pdf.Write(texts, pageCount, producer, output);
        }

        using var images = new ImagePdf(_source, reader, _options, output);
        return images.Write(texts, pageCount, producer, token);
    }
}
