using Cis.Documents;
using Cis.Pages;

namespace Cis.Reading;

/// <summary>What is known of a document once it is open.</summary>
/// <param name="MimeType">The type its bytes are of.</param>
/// <param name="PageCount">How many pages it has; at least 1.</param>
/// <param name="IsPicture">Whether its pages, by the first of them, are most likely read from pixels.</param>
public readonly record struct DocumentFacts(string MimeType, int PageCount, bool IsPicture = false);

/// <summary>What an engine made of a page.</summary>
/// <param name="Text">The text.</param>
/// <param name="Note">One sentence if the page was not read quite as asked, such as at a lower resolution.</param>
public readonly record struct PageReading(PageText Text, string? Note);

/// <summary>
/// Reads pages on one thread of the <see cref="EnginePool"/>, which made it there and alone calls it. It holds at most
/// one document open and one page's pixels in memory.
/// </summary>
public interface IPageEngine : IDisposable
{
    /// <summary>Opens a document; <see cref="Close"/> comes before the next one.</summary>
    /// <exception cref="ReadException">It cannot be read: the whole document fails with this outcome.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    DocumentFacts Open(DocumentSource source, CancellationToken cancellationToken);

    /// <summary>Reads a page of the open document.</summary>
    /// <param name="pageIndex">From 0.</param>
    /// <param name="times">Gets the time of each stage.</param>
    /// <param name="cancellationToken">Cancelled at a time limit, or when nobody waits for the document any more.</param>
    /// <exception cref="ReadException">The page cannot be read; the document's other pages can still be tried.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    PageReading Read(int pageIndex, StageTimes times, CancellationToken cancellationToken);

    /// <summary>
    /// How many pixels the page has that is being read, from when they are there to the next page; 0 before, and where none
    /// are needed. Asked for by other threads.
    /// </summary>
    long Pixels => 0;

    /// <summary>Closes the open document, if any.</summary>
    void Close();
}
