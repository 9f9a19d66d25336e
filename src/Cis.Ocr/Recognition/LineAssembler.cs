using System.Text;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>From decoded characters to a line with words: each word's box is the part of the line that its steps cover.</summary>
internal sealed class LineAssembler(Vocabulary vocabulary)
{
    private readonly StringBuilder _text = new();

    /// <summary>Builds a line.</summary>
    /// <param name="characters">As decoded, at least one.</param>
    /// <param name="box">The line's corners in reading direction.</param>
    /// <param name="steps">The time steps that the line's content covers; padding beyond it has none.</param>
    public TextLine Assemble(List<DecodedCharacter> characters, Quad box, float steps)
    {
        var words = new List<TextWord>();
        float confidence = 0;
        int start = 0;
        for (int i = 0; i <= characters.Count; i++)
        {
            if (i < characters.Count && !vocabulary.IsSpace(characters[i].Class))
            {
                confidence += characters[i].Probability;
                continue;
            }

            if (i > start)
            {
                words.Add(AssembleWord(characters, start, i, box, steps));
            }

            confidence += i < characters.Count ? characters[i].Probability : 0;
            start = i + 1;
        }

        return new TextLine(JoinWords(words), confidence / characters.Count, box, words);
    }

    /// <summary>One character of a line, with the part of the line that its steps cover.</summary>
    public (string Text, Quad Box) Glyph(List<DecodedCharacter> characters, int index, Quad box, float steps) =>
        (vocabulary[characters[index].Class], Span(characters, index, index + 1, box, steps));

    private TextWord AssembleWord(List<DecodedCharacter> characters, int start, int end, Quad box, float steps)
    {
        _text.Clear();
        float confidence = 0;
        for (int i = start; i < end; i++)
        {
            _text.Append(vocabulary[characters[i].Class]);
            confidence += characters[i].Probability;
        }

        return new TextWord(_text.ToString(), confidence / (end - start), Span(characters, start, end, box, steps));
    }

    private static Quad Span(List<DecodedCharacter> characters, int start, int end, Quad box, float steps) =>
        Slice(box, Boundary(characters, start, steps) / steps, Boundary(characters, end, steps) / steps);

    /// <summary>Where the character at an index begins: half way between its neighbor's last step and its own first.</summary>
    internal static float Boundary(List<DecodedCharacter> characters, int index, float steps)
    {
        float before = index == 0 ? -1 : characters[index - 1].LastStep;
        float after = index == characters.Count ? steps : characters[index].FirstStep;
        return Math.Clamp((before + 1 + after) / 2, 0, steps);
    }

    private static Quad Slice(Quad box, float from, float to) =>
        new(
            Between(box.TopLeft, box.TopRight, from),
            Between(box.TopLeft, box.TopRight, to),
            Between(box.BottomLeft, box.BottomRight, to),
            Between(box.BottomLeft, box.BottomRight, from)
        );

    private static PagePoint Between(PagePoint a, PagePoint b, float share) =>
        new(a.X + (b.X - a.X) * share, a.Y + (b.Y - a.Y) * share);

    private string JoinWords(List<TextWord> words)
    {
        if (words.Count == 1)
        {
            return words[0].Text;
        }

        _text.Clear();
        foreach (TextWord word in words)
        {
            _text.Append(_text.Length == 0 ? "" : " ").Append(word.Text);
        }

        return _text.ToString();
    }
}
