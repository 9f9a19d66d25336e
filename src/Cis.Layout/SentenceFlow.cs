namespace Cis.Layout;

/// <summary>
/// Whether a sentence goes on from one line in another: what tells a reader, where the page's shape does not, if a column
/// goes on below a figure or the next one is to be read first.
/// </summary>
internal static class SentenceFlow
{
    /// <summary>A small letter after an unfinished line: the surest sign there is.</summary>
    public const int GoesOn = 2;

    // A capital may be a name.
    private const int BeginsAnew = 1;

    /// <summary>How much speaks for reading one line after another: negative where it speaks against it.</summary>
    public static int Between(Fragment before, Fragment after)
    {
        string text = after.Line.Text;
        bool ended = IsEnded(before.Line.Text);
        if (text.Length == 0 || !char.IsLetter(text[0]) || Script.IsSpaceless(text[0]))
        {
            return 0;
        }

        return char.IsLower(text[0]) ? (ended ? -GoesOn : GoesOn)
            : ended ? BeginsAnew
            : -BeginsAnew;
    }

    private static bool IsEnded(string text)
    {
        ReadOnlySpan<char> words = text.AsSpan().TrimEnd("\"'”’»)]");
        return words.Length == 0 || words[^1] is '.' or '!' or '?' or ':' or '。' or '！' or '？';
    }
}
