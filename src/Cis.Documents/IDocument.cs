using Cis.Pages;

namespace Cis.Documents;

/// <summary>
/// What one page holds: its own text, or pixels in the image that was handed to <see cref="IDocument.Read"/>, or both.
/// </summary>
/// <param name="Text">The page's own text if that is all of it, or null: then read the pixels.</param>
/// <param name="Dpi">
/// Dots per inch of the pixels, or of the boxes of <paramref name="Text"/>; 0 where an image file does not say.
/// </param>
/// <param name="Note">One sentence where the pixels are not all that was asked for, such as a smaller rendering.</param>
public sealed record PageContent(PageText? Text, double Dpi, string? Note = null)
{
    /// <summary>
    /// Where <see cref="Text"/> is null: what of the page is digital, and whether there is more in the pixels, which show
    /// only what is still to be read. Empty where all of the page is pixels.
    /// </summary>
    public IReadOnlyList<PageRegion> Regions { get; init; } = [];

    /// <summary>What the document itself says of the page, such as that it stands in for files which were not read.</summary>
    public PageRemarks Remarks { get; init; } = PageRemarks.None;
}

/// <summary>An open document. Belongs to the thread that opened it.</summary>
public interface IDocument : IDisposable
{
    /// <summary>The number of pages, at least 1.</summary>
    int PageCount { get; }

    /// <summary>
    /// Whether the pixels of a page will most likely have to be read, which takes a thousand times as long as to take its
    /// own text. Told from what the page is made of, without drawing it.
    /// </summary>
    /// <param name="pageIndex">From 0.</param>
    /// <param name="token">Ends it from within.</param>
    /// <exception cref="OperationCanceledException"><paramref name="token"/> was cancelled.</exception>
    bool LooksLikePicture(int pageIndex, CancellationToken token) => true;

    /// <summary>Remembers, for the pages still to come, what came of comparing a doubtful font's text with its pixels.</summary>
    void Judge(FontVerdict verdict) { }

    /// <summary>Reads one page. A failure leaves the document usable: other pages may still be read.</summary>
    /// <param name="pageIndex">From 0.</param>
    /// <param name="target">Takes the pixels; untouched where the page's own text is returned.</param>
    /// <param name="token">Ends the rendering or decoding from within.</param>
    /// <exception cref="ReadException">The page cannot be read; the outcome and reason say why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="token"/> was cancelled.</exception>
    PageContent Read(int pageIndex, PageImage target, CancellationToken token);
}
