namespace Cis.Local.Searching;

/// <summary>
/// The row ids of the table of pages: a document's number and the page's in it, so that a document's pages are a range.
/// </summary>
internal static class PageRow
{
    private const int PageBits = 20;

    /// <summary>The highest page number that a row id can hold; cis reads no more than 1,000,000 pages of a file.</summary>
    internal const int MaxPages = (1 << PageBits) - 1;

    internal static long IdOf(long document, int page) => (document << PageBits) | (long)page;

    internal static long FirstOf(long document) => document << PageBits;

    internal static long LastOf(long document) => IdOf(document, MaxPages);

    internal static int PageOf(long row) => (int)(row & MaxPages);
}
