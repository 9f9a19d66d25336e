using Cis.Pages;

namespace Cis.Documents;

/// <summary>A document on a mapped file: what is read after the file was cut short is none of it.</summary>
internal sealed class WatchedDocument(IDocument document, DocumentSource source) : IDocument
{
    public int PageCount => document.PageCount;

    /// <summary>Opens a document on a source that is watched from now on.</summary>
    /// <exception cref="ReadException">The file was cut short, or opening it failed.</exception>
    internal static IDocument Open(DocumentSource source, nint guardLibrary, Func<IDocument> open)
    {
        source.Watch(guardLibrary);
        IDocument document = WhileWhole(source, open);
        return new WatchedDocument(document, source);
    }

    public bool LooksLikePicture(int pageIndex, CancellationToken token) => document.LooksLikePicture(pageIndex, token);

    public void Judge(FontVerdict verdict) => document.Judge(verdict);

    public PageContent Read(int pageIndex, PageImage target, CancellationToken token) =>
        WhileWhole(source, () => document.Read(pageIndex, target, token));

    public void Dispose() => document.Dispose();

    /// <summary>Reads something of a source that is watched.</summary>
    /// <exception cref="ReadException">The file was cut short meanwhile, or reading failed.</exception>
    internal static T WhileWhole<T>(DocumentSource source, Func<T> read)
    {
        T result;
        try
        {
            result = read();
        }
        catch (ReadException e) when (source.IsCut)
        {
            throw new ReadException(Outcome.Corrupt, Reason(source), e);
        }

        if (!source.IsCut)
        {
            return result;
        }

        (result as IDisposable)?.Dispose();
        throw new ReadException(Outcome.Corrupt, Reason(source));
    }

    private static string Reason(DocumentSource source) => $"{source.Name} was cut short while it was read.";
}
