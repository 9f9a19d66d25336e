namespace Cis.Pages;

/// <summary>What of a page was found and not read: the difference between "there is no text" and "it was not read".</summary>
public sealed record PageRemarks
{
    /// <summary>A page that lacks this part of its text was read in part only. Pages that are read lack 0.11 at most.</summary>
    public const float GoodPart = 0.25f;

    // A picture may have a stroke or two that look like a line.
    private const int LeastLines = 3;

    /// <summary>Everything that was found was read.</summary>
    public static PageRemarks None { get; } = new();

    /// <summary>Lines that were found and dropped: nothing could be decoded, or too unsurely.</summary>
    public int UnreadLines { get; init; }

    /// <summary>The part of the page's text, 0 to 1 of the length of its lines in line heights, that was not read.</summary>
    public float UnreadShare { get; init; }

    /// <summary>
    /// Why the page has no text though it holds some, or stands in for what was not read: <c>unreadable script</c>,
    /// <c>XFA form</c>, <c>portfolio</c>; else null.
    /// </summary>
    public string? Unreadable { get; init; }

    /// <summary>One sentence for each bound that cut something off, and for what else is to be known of the page.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether a good part of the page, or all of it, is unread: its document is read in part then.</summary>
    public bool LacksGoodPart => Unreadable is not null || (UnreadShare >= GoodPart && UnreadLines >= LeastLines);

    /// <summary>These, and what another has to say of the same page.</summary>
    public PageRemarks And(PageRemarks other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other == None ? this
            : this == None ? other
            : new PageRemarks
            {
                UnreadLines = UnreadLines + other.UnreadLines,
                UnreadShare = MathF.Max(UnreadShare, other.UnreadShare),
                Unreadable = Unreadable ?? other.Unreadable,
                Notes = [.. Notes, .. other.Notes],
            };
    }
}
