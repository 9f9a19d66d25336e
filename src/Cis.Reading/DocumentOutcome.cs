using Cis.Pages;

namespace Cis.Reading;

/// <summary>Decides a document's outcome from its pages'.</summary>
internal static class DocumentOutcome
{
    // A 1,000-page file of which every page fails must not put 1,000 sentences on one line.
    private const int ReasonsShown = 3;

    internal static DocumentText Assemble(DocumentFacts facts, PageResult[] pages) =>
        new(OutcomeOf(pages), ReasonOf(pages), facts.MimeType, facts.PageCount, pages, DocumentTiming.None);

    private static Outcome OutcomeOf(PageResult[] pages)
    {
        int read = pages.Count(page => page.Outcome == Outcome.Ok);
        if (read == pages.Length)
        {
            return pages.Any(page => page.IsPartlyRead) ? Outcome.Partial : Outcome.Ok;
        }

        // A page that this machine has lost can be read another time: so must the document be.
        return pages.Any(page => page.Outcome == Outcome.Transient) ? Outcome.Transient
            : read > 0 ? Outcome.Partial
            : pages[0].Outcome;
    }

    private static string? ReasonOf(PageResult[] pages)
    {
        // What failed comes before what was merely noted.
        PageResult[] telling =
        [
            .. pages
                .Where(page => page.Reason is not null)
                .OrderBy(page => page.Outcome == Outcome.Ok && !page.IsPartlyRead),
        ];
        if (telling.Length == 0)
        {
            return null;
        }

        if (pages.Length == 1)
        {
            return telling[0].Reason;
        }

        IEnumerable<string> shown = telling.Take(ReasonsShown).Select(page => $"page {page.Number}: {page.Reason}");
        string more = telling.Length > ReasonsShown ? $"; and {telling.Length - ReasonsShown} more pages" : "";
        return string.Join("; ", shown) + more;
    }
}
