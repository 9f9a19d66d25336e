using Cis.Pages;

namespace Cis.Documents;

/// <summary>
/// Opens documents. One per engine thread: neither a reader nor its documents may be used by two threads at once.
/// </summary>
public interface IDocumentReader : IDisposable
{
    /// <summary>Opens a document; cheap enough to do once per engine for every file.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="token">Ends the opening from within.</param>
    /// <exception cref="ReadException">Encrypted, corrupt, or over the limit of pages.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="token"/> was cancelled.</exception>
    IDocument Open(DocumentSource source, ReadingOptions options, CancellationToken token = default);
}
