using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Cis.Reading;

/// <summary>Which pages of a document are wanted, as <c>1-5,8,12-</c>: numbers from 1, ranges, the last one open.</summary>
public sealed class PageSelection
{
    private readonly (int First, int Last)[] _ranges;
    private readonly string _text;

    private PageSelection((int First, int Last)[] ranges, string text)
    {
        _ranges = ranges;
        _text = text;
    }

    /// <summary>Every page.</summary>
    public static PageSelection All { get; } = new([(1, int.MaxValue)], "1-");

    /// <summary>Understands a list of page numbers and ranges.</summary>
    /// <param name="text">Such as <c>3</c>, <c>1-5,8</c> or <c>10-</c>.</param>
    /// <param name="selection">The pages, in ascending order and each once, whatever the order in the text.</param>
    /// <param name="error">What is wrong with the text, for a person.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out PageSelection? selection,
        [NotNullWhen(false)] out string? error
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        var ranges = new List<(int First, int Last)>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryParseRange(part, out (int First, int Last) range))
            {
                selection = null;
                error = $"\"{part}\" is not a page or a range of pages; write them as 1-5,8,12-";
                return false;
            }

            ranges.Add(range);
        }

        selection = new PageSelection(Merge(ranges), text);
        error = null;
        return true;
    }

    /// <summary>The wanted pages of a document, numbered from 0, in ascending order.</summary>
    /// <param name="pageCount">How many pages the document has.</param>
    public int[] Indices(int pageCount)
    {
        var indices = new List<int>();
        foreach ((int first, int last) in _ranges)
        {
            for (int number = first; number <= Math.Min(last, pageCount); number++)
            {
                indices.Add(number - 1);
            }
        }

        return [.. indices];
    }

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static bool TryParseRange(string part, out (int First, int Last) range)
    {
        int dash = part.IndexOf('-', StringComparison.Ordinal);
        string firstText = dash < 0 ? part : part[..dash];
        string lastText = dash < 0 ? part : part[(dash + 1)..];
        int last = int.MaxValue;
        bool parsed =
            TryParseNumber(firstText, out int first) && (lastText.Length == 0 || TryParseNumber(lastText, out last));
        range = (first, last);
        return parsed && first >= 1 && first <= last;
    }

    private static bool TryParseNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static (int First, int Last)[] Merge(List<(int First, int Last)> ranges)
    {
        ranges.Sort();
        var merged = new List<(int First, int Last)>();
        foreach ((int First, int Last) range in ranges)
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last)
            {
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            }
            else
            {
                merged.Add(range);
            }
        }

        return [.. merged];
    }
}
