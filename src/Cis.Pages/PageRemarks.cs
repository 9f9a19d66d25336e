namespace Cis.Pages;

/// <summary>What of a page was found and not read: the difference between "there is no text" and "it was not read".</summary>
public sealed record PageRemarks
{
    /// <summary>Everything that was found was read.</summary>
    public static PageRemarks None { get; } = new();

    /// <summary>Lines that were found and dropped: nothing could be decoded, or too unsurely.</summary>
    public int UnreadLines { get; init; }

    /// <summary>The part of the text-like area of the page, 0 to 1, from which no text came.</summary>
    public float UnreadShare { get; init; }

    /// <summary>Why the page has no text though it holds some, such as <c>unreadable script</c>; else null.</summary>
    public string? Unreadable { get; init; }

    /// <summary>One sentence for each bound that cut something off; empty where none did.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
