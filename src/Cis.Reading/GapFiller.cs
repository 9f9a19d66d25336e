using Cis.Pages;

namespace Cis.Reading;

/// <summary>
/// Reads the words of digital text that have glyphs without a meaning, or with another than their font says; the others
/// stay as they are.
/// </summary>
internal sealed class GapFiller(IBoxReader reader)
{
    private const char Gap = '\uFFFD';

    // Of the letters that are known: what is read must have them too, or something else was read.
    private const double SameLetters = 0.6;

    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>How many lines have a word of which nothing was read in place of what is not believed.</summary>
    internal int UnreadLines { get; private set; }

    /// <summary>The lines without gaps.</summary>
    internal List<TextLine> Fill(IReadOnlyList<TextLine> lines)
    {
        Dictionary<TextWord, string> read = Read(lines);
        var filled = new List<TextLine>(lines.Count);
        foreach (TextLine line in lines)
        {
            filled.Add(Fill(line, read));
        }

        return filled;
    }

    private TextLine Fill(TextLine line, Dictionary<TextWord, string> read)
    {
        var words = new List<TextWord>(line.Words.Count);
        bool lacks = false;
        foreach (TextWord word in line.Words)
        {
            string text = !HasGap(word.Text) ? word.Text : _known.GetValueOrDefault(word.Text) ?? read[word];
            lacks |= text.Length < word.Text.Length && word.Text.Contains(PageRegion.Lie);
            if (text.Length > 0)
            {
                words.Add(word with { Text = text });
            }
        }

        UnreadLines += lacks ? 1 : 0;
        return line with { Text = string.Join(' ', words.Select(word => word.Text)), Words = words };
    }

    /// <summary>Reads what is to be read, all at once; a word that its letters tell from others once for all.</summary>
    private Dictionary<TextWord, string> Read(IReadOnlyList<TextLine> lines)
    {
        var words = new List<TextWord>();
        var asked = new HashSet<string>(_known.Keys, StringComparer.Ordinal);
        foreach (TextLine line in lines)
        {
            words.AddRange(
                line.Words.Where(word => HasGap(word.Text) && (!IsKnownByLetters(word.Text) || asked.Add(word.Text)))
            );
        }

        IReadOnlyList<TextLine?> readings = reader.Read([.. words.Select(word => word.Box)]);
        var read = new Dictionary<TextWord, string>(words.Count);
        for (int i = 0; i < words.Count; i++)
        {
            string text = Choose(words[i].Text, readings[i]?.Text ?? "");
            read[words[i]] = text;
            if (IsKnownByLetters(words[i].Text))
            {
                _known[words[i].Text] = text;
            }
        }

        return read;
    }

    private static string Choose(string word, string reading)
    {
        string known = string.Concat(word.Where(c => c is not (Gap or PageRegion.Lie)));
        string read = reading.Replace(" ", "", StringComparison.Ordinal);
        if (string.Equals(read, known, StringComparison.OrdinalIgnoreCase) && word.Length > known.Length)
        {
            // What has no letter in it may be white.
            return reading.Contains(' ') ? reading : known;
        }

        return Common(known, read) >= SameLetters * known.Length && read.Length > known.Length ? read : known;
    }

    private static bool HasGap(string word) => word.Contains(Gap) || word.Contains(PageRegion.Lie);

    /// <summary>
    /// Whether a word's gaps stand among its letters, as ligatures do: the same letters are the same word then. A number is
    /// read wherever it stands.
    /// </summary>
    private static bool IsKnownByLetters(string word)
    {
        for (int i = 0; i < word.Length; i++)
        {
            bool isGap = word[i] == Gap;
            bool isAmongLetters =
                i > 0 && i + 1 < word.Length && char.IsLetter(word[i - 1]) && char.IsLetter(word[i + 1]);
            if (word[i] == PageRegion.Lie || (isGap && !isAmongLetters))
            {
                return false;
            }
        }

        return true;
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
