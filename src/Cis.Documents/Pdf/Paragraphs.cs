using System.Text;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>Joins lines to a page's text: a line break between the lines of a paragraph, a blank line between paragraphs.</summary>
internal static class Paragraphs
{
    // Against the page's usual step from line to line, in units of line height.
    private const float LargerStep = 1.25f;

    // The step of lines set solid, where a page has too few lines to tell.
    private const float SolidStep = 1.2f;

    // A heading, a note.
    private const float OtherSize = 1.2f;

    // First lines are indented by one to three ems.
    private const float MinIndent = 0.8f;
    private const float MaxIndent = 4f;

    internal static string Join(List<TextFragment> rows, List<TextLine> lines)
    {
        float usual = UsualStep(rows);
        var text = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            if (i > 0)
            {
                text.Append(StartsParagraph(rows, i, usual) ? "\n\n" : "\n");
            }

            text.Append(lines[i].Text);
        }

        return text.ToString();
    }

    private static bool StartsParagraph(List<TextFragment> rows, int i, float usualStep)
    {
        TextFragment last = rows[i - 1];
        TextFragment row = rows[i];
        if (last.Direction != row.Direction || last.IsVertical != row.IsVertical)
        {
            return true;
        }

        if (row.IsVertical)
        {
            return false;
        }

        float ratio = row.GlyphHeight / MathF.Max(1, last.GlyphHeight);
        float step = StepBetween(last, row);
        // A step back up the page is a new column; text may run on there, but mostly what follows is something else.
        return step < 0
            || step > LargerStep * usualStep
            || ratio is > OtherSize or < 1 / OtherSize
            || IsIndented(rows, i);
    }

    /// <summary>Whether a row begins further in than the rows before and after it, by a first line's indent.</summary>
    private static bool IsIndented(List<TextFragment> rows, int i)
    {
        if (i + 1 >= rows.Count)
        {
            return false;
        }

        float height = rows[i].GlyphHeight;
        return IsIndent(rows[i].Frame.Left - rows[i - 1].Frame.Left, height)
            && IsIndent(rows[i].Frame.Left - rows[i + 1].Frame.Left, height);
    }

    private static bool IsIndent(float distance, float height) =>
        distance > MinIndent * height && distance < MaxIndent * height;

    private static float UsualStep(List<TextFragment> rows)
    {
        var steps = new List<float>(rows.Count);
        for (int i = 1; i < rows.Count; i++)
        {
            float step = StepBetween(rows[i - 1], rows[i]);
            if (step is > 0.5f and < 4f)
            {
                steps.Add(step);
            }
        }

        steps.Sort();
        return steps.Count == 0 ? SolidStep : steps[steps.Count / 2];
    }

    private static float StepBetween(TextFragment last, TextFragment row) =>
        (row.Frame.Bottom - last.Frame.Bottom) / MathF.Max(1, MathF.Max(last.GlyphHeight, row.GlyphHeight));
}
