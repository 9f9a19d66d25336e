using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>Puts what was read of a part of a line in the place of what stood there, in the line's own time steps.</summary>
internal static class SpanReplacement
{
    /// <summary>Replaces a span.</summary>
    /// <param name="vocabulary">What the classes of the characters stand for.</param>
    /// <param name="line">The line's characters.</param>
    /// <param name="span">The span, which is in the line.</param>
    /// <param name="part">What was read of the span with its margins; what lies in these is left out.</param>
    /// <param name="firstStep">The step of the line at which the part begins.</param>
    public static void Replace(
        Vocabulary vocabulary,
        List<DecodedCharacter> line,
        DoubtedSpan span,
        List<DecodedCharacter> part,
        int firstStep
    )
    {
        line.RemoveRange(span.Start, span.End - span.Start);
        int at = span.Start;
        foreach (DecodedCharacter character in part)
        {
            (int first, int last) = (character.FirstStep + firstStep, character.LastStep + firstStep);
            float middle = (first + last + 1) / 2f;
            bool isOuterSpace = at == span.Start && vocabulary.IsSpace(character.Class); // the line has its own
            if (middle > span.FirstStep && middle < span.EndStep && !isOuterSpace)
            {
                line.Insert(at++, character with { FirstStep = first, LastStep = last });
            }
        }

        if (at > span.Start && vocabulary.IsSpace(line[at - 1].Class))
        {
            line.RemoveAt(at - 1);
        }
    }
}
