using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>Words of a line that are in doubt, next to one another or nearly.</summary>
/// <param name="Start">The first character.</param>
/// <param name="End">The one behind the last.</param>
/// <param name="FirstStep">The time step at which they begin: the middle of the space before.</param>
/// <param name="EndStep">The one at which they end: the middle of the space behind; without end for the last word.</param>
internal readonly record struct DoubtedSpan(int Start, int End, float FirstStep, float EndStep);

/// <summary>Finds the spans of a line that are in doubt.</summary>
internal sealed class DoubtedSpans(Vocabulary vocabulary, WordDoubt doubt)
{
    private readonly List<DoubtedSpan> _spans = [];

    /// <summary>The spans, from left to right.</summary>
    public IReadOnlyList<DoubtedSpan> Spans => _spans;

    /// <summary>The words of the line.</summary>
    public int Words { get; private set; }

    /// <summary>Those in doubt.</summary>
    public int Doubted { get; private set; }

    /// <summary>Finds them.</summary>
    /// <param name="characters">The line's characters.</param>
    /// <param name="margin">Steps that are read on both sides of a span: where two would overlap they are one.</param>
    /// <param name="sure">Characters that are less probable than this are in doubt.</param>
    public void Find(List<DecodedCharacter> characters, float margin, float sure)
    {
        _spans.Clear();
        (Words, Doubted) = (0, 0);
        int start = 0;
        for (int i = 0; i <= characters.Count; i++)
        {
            if (i < characters.Count && !vocabulary.IsSpace(characters[i].Class))
            {
                continue;
            }

            if (i > start)
            {
                Words++;
                if (doubt.IsIn(characters, start, i, sure))
                {
                    Doubted++;
                    Add(characters, start, i, margin);
                }
            }

            start = i + 1;
        }
    }

    private void Add(List<DecodedCharacter> characters, int start, int end, float margin)
    {
        float from = MiddleOfSpace(characters, start - 1);
        float to = MiddleOfSpace(characters, end);
        if (_spans.Count > 0 && from - _spans[^1].EndStep <= 2 * margin)
        {
            _spans[^1] = _spans[^1] with { End = end, EndStep = to };
        }
        else
        {
            _spans.Add(new DoubtedSpan(start, end, from, to));
        }
    }

    /// <summary>
    /// Where one word ends and the next begins: what the recognizer sees of a comma may be wide of the word, and of a full
    /// stop behind the line.
    /// </summary>
    private static float MiddleOfSpace(List<DecodedCharacter> characters, int index) =>
        index < 0 ? 0
        : index >= characters.Count ? float.PositiveInfinity
        : (characters[index].FirstStep + characters[index].LastStep + 1) / 2f;
}
