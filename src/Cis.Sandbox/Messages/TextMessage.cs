using Cis.Pages;

namespace Cis.Sandbox.Messages;

/// <summary>
/// Lines and words of text. Of a page's text most is said twice in its model: boxes are upright, a line's text is that of
/// its words, and what is digital is sure. Only the exceptions are sent whole.
/// </summary>
internal static class TextMessage
{
    private const byte Upright = 1;
    private const byte Sure = 2;
    private const byte Joined = 4;
    private const byte Digital = 8;

    // A word: its flags, a length, four numbers.
    private const int LeastWordBytes = 18;

    internal static void WriteBox(MessageWriter to, in Quad box, bool isUpright)
    {
        to.Point(box.TopLeft);
        to.Point(box.BottomRight);
        if (!isUpright)
        {
            to.Point(box.TopRight);
            to.Point(box.BottomLeft);
        }
    }

    internal static Quad ReadBox(ref MessageReader from, bool isUpright)
    {
        PagePoint topLeft = from.Point();
        PagePoint bottomRight = from.Point();
        return isUpright
            ? Quad.FromRectangle(topLeft.X, topLeft.Y, bottomRight.X, bottomRight.Y)
            : new Quad(topLeft, from.Point(), bottomRight, from.Point());
    }

    internal static bool IsUpright(in Quad box) =>
        box == Quad.FromRectangle(box.TopLeft.X, box.TopLeft.Y, box.BottomRight.X, box.BottomRight.Y);

    internal static void WriteLine(MessageWriter to, TextLine line)
    {
        bool isUpright = IsUpright(line.Box);
        bool isJoined = IsJoined(line);
        to.Byte(
            (byte)(
                (isUpright ? Upright : 0)
                | (line.Confidence == 1 ? Sure : 0)
                | (isJoined ? Joined : 0)
                | (line.Source == TextSource.TextLayer ? Digital : 0)
            )
        );
        WriteBox(to, line.Box, isUpright);
        WriteConfidence(to, line.Confidence);
        to.Text(line.Text);
        to.Count(line.Words.Count);
        foreach (TextWord word in line.Words)
        {
            WriteWord(to, word, isJoined);
        }
    }

    internal static TextLine ReadLine(ref MessageReader from)
    {
        byte flags = from.Choice(Upright | Sure | Joined | Digital);
        Quad box = ReadBox(ref from, (flags & Upright) != 0);
        float confidence = ReadConfidence(ref from, flags);
        string text = from.Text();
        var words = new TextWord[from.CountOf(LeastWordBytes)];
        bool isJoined = (flags & Joined) != 0;
        int at = 0;
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = ReadWord(ref from, isJoined ? text : null, ref at);
        }

        MessageReader.Demand(!isJoined || at == text.Length + Math.Min(1, words.Length), "a line of other words");
        TextSource source = (flags & Digital) != 0 ? TextSource.TextLayer : TextSource.Ocr;
        return new TextLine(text, confidence, box, words, source);
    }

    private static void WriteWord(MessageWriter to, TextWord word, bool isJoined)
    {
        bool isUpright = IsUpright(word.Box);
        to.Byte((byte)((isUpright ? Upright : 0) | (word.Confidence == 1 ? Sure : 0)));
        if (isJoined)
        {
            to.Count(word.Text.Length);
        }
        else
        {
            to.Text(word.Text);
        }

        WriteBox(to, word.Box, isUpright);
        WriteConfidence(to, word.Confidence);
    }

    /// <summary>Reads a word.</summary>
    /// <param name="from">The message.</param>
    /// <param name="line">The line that it is a part of; null where its text is its own.</param>
    /// <param name="at">Where in the line it begins; then where the next one does.</param>
    private static TextWord ReadWord(ref MessageReader from, string? line, ref int at)
    {
        byte flags = from.Choice(Upright | Sure);
        string text = line is null ? from.Text() : Cut(line, from.Count(), ref at);
        Quad box = ReadBox(ref from, (flags & Upright) != 0);
        return new TextWord(text, ReadConfidence(ref from, flags), box);
    }

    private static string Cut(string line, int length, ref int at)
    {
        MessageReader.Demand(at <= line.Length && length <= line.Length - at, "a word of a line");
        int end = at + length;
        MessageReader.Demand(end == line.Length || line[end] == ' ', "a word of a line");
        string word = line.Substring(at, length);
        at = end + 1;
        return word;
    }

    private static void WriteConfidence(MessageWriter to, float confidence)
    {
        if (confidence != 1)
        {
            to.Single(confidence);
        }
    }

    private static float ReadConfidence(ref MessageReader from, byte flags)
    {
        float confidence = (flags & Sure) != 0 ? 1 : from.Single();
        MessageReader.Demand(confidence is >= 0 and <= 1, "a probability");
        return confidence;
    }

    /// <summary>Whether a line's text is that of its words with a space between.</summary>
    private static bool IsJoined(TextLine line)
    {
        ReadOnlySpan<char> rest = line.Text;
        for (int i = 0; i < line.Words.Count; i++)
        {
            if (i > 0)
            {
                if (rest.Length == 0 || rest[0] != ' ')
                {
                    return false;
                }

                rest = rest[1..];
            }

            if (!rest.StartsWith(line.Words[i].Text, StringComparison.Ordinal))
            {
                return false;
            }

            rest = rest[line.Words[i].Text.Length..];
        }

        return rest.Length == 0;
    }
}
