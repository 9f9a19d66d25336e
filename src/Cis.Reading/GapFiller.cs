using Cis.Pages;

namespace Cis.Reading;

/// <summary>Reads the words of digital text that have glyphs without a meaning; the others stay as they are.</summary>
internal sealed class GapFiller(IBoxReader reader)
{
    private const char Gap = '\uFFFD';

    // Of the letters that are known: what is read must have them too, or something else was read.
    private const double SameLetters = 0.6;

    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>A line without gaps.</summary>
    internal TextLine Fill(TextLine line)
    {
        Read([.. line.Words.Where(word => word.Text.Contains(Gap) && !_known.ContainsKey(word.Text))]);
        var words = new List<TextWord>(line.Words.Count);
        foreach (TextWord word in line.Words)
        {
            string text = word.Text.Contains(Gap) ? _known[word.Text] : word.Text;
            if (text.Length > 0)
            {
                words.Add(word with { Text = text });
            }
        }

        return line with
        {
            Text = string.Join(' ', words.Select(word => word.Text)),
            Words = words,
        };
    }

    private void Read(List<TextWord> words)
    {
        IReadOnlyList<TextLine?> readings = reader.Read([.. words.Select(word => word.Box)]);
        for (int i = 0; i < words.Count; i++)
        {
            string known = words[i].Text.Replace(Gap.ToString(), "", StringComparison.Ordinal);
            string read = readings[i]?.Text.Replace(" ", "", StringComparison.Ordinal) ?? "";
            _known[words[i].Text] =
                Common(known, read) >= SameLetters * known.Length && read.Length > known.Length ? read : known;
        }
    }

    /// <summary>How many characters of a word come in another in the same order.</summary>
    private static int Common(string word, string other)
    {
        int common = 0;
        int from = 0;
        foreach (char c in word)
        {
            int at = other.IndexOf(c, from);
            if (at >= 0)
            {
                (common, from) = (common + 1, at + 1);
            }
        }

        return common;
    }
}
