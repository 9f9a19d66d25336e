using Cis.Pages;

namespace Cis.Reading;

/// <summary>How one page of a document ended.</summary>
/// <param name="Number">The page's number in its document, from 1.</param>
/// <param name="Outcome">How reading it ended.</param>
/// <param name="Reason">Why it was not read, or not quite as asked: one sentence for a person. Else null.</param>
/// <param name="Text">What was read; null unless <paramref name="Outcome"/> is <see cref="Outcome.Ok"/>.</param>
public sealed record PageResult(int Number, Outcome Outcome, string? Reason, PageText? Text)
{
    /// <summary>Whether the page was read, but not a good part of what is on it.</summary>
    public bool IsPartlyRead => Text?.Remarks.LacksGoodPart == true;
}

/// <summary>Where the time of a document went, summed over the engines that read it.</summary>
/// <param name="Elapsed">From the first engine's start on it to the last one's end.</param>
/// <param name="Stages">The time of each stage, by the number of its <see cref="Stage"/>.</param>
public sealed record DocumentTiming(TimeSpan Elapsed, IReadOnlyList<TimeSpan> Stages)
{
    /// <summary>No time at all: nothing was begun.</summary>
    public static DocumentTiming None { get; } = new(TimeSpan.Zero, new TimeSpan[StageTimes.StageCount]);
}

/// <summary>What was read of one document.</summary>
/// <param name="Outcome">
/// <see cref="Outcome.Ok"/>, <see cref="Outcome.Partial"/> where some pages failed or lack a good part, else why there is no text at all.
/// </param>
/// <param name="Reason">Null if all is well, else one line for a person; a page read at a lower resolution is said too.</param>
/// <param name="MimeType">The type the bytes are of; null where that was not found out.</param>
/// <param name="PageCount">How many pages the document has, wanted or not; 0 where it could not be opened.</param>
/// <param name="Pages">The wanted pages in ascending order.</param>
/// <param name="Timing">Where the time went.</param>
public sealed record DocumentText(
    Outcome Outcome,
    string? Reason,
    string? MimeType,
    int PageCount,
    IReadOnlyList<PageResult> Pages,
    DocumentTiming Timing
)
{
    /// <summary>A document of which nothing could be read.</summary>
    public static DocumentText Failed(Outcome outcome, string reason) =>
        new(outcome, reason, MimeType: null, PageCount: 0, Pages: [], DocumentTiming.None);

    /// <summary>The text of all pages in order, parted by a blank line; pages without text leave no trace.</summary>
    public string Text =>
        string.Join("\n\n", Pages.Select(page => page.Text?.Text).Where(text => !string.IsNullOrEmpty(text)));
}
