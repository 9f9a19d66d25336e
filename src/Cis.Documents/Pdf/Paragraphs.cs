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

    /// <summary>The page's text.</summary>
    /// <param name="rows">In reading order.</param>
    /// <param name="lines">The same as lines of text.</param>
    /// <param name="groups">Receives the paragraphs; one that runs on in another block is two.</param>
    internal static string Join(List<TextFragment> rows, List<TextLine> lines, List<TextParagraph> groups)
    {
        float usual = UsualStep(rows);
        bool[] blocks = BlockFinder.FindStarts(rows);
        int block = -1;
        var text = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            bool starts = i == 0 || StartsParagraph(rows, i, usual);
            if (i > 0)
            {
                text.Append(starts ? "\n\n" : "\n");
            }

            text.Append(lines[i].Text);
            block += blocks[i] ? 1 : 0;
            Group(groups, block, starts || blocks[i]);
        }

        return text.ToString();
    }

    private static void Group(List<TextParagraph> groups, int block, bool starts)
    {
        if (starts)
        {
            groups.Add(new TextParagraph(block, 1));
        }
        else
        {
            groups[^1] = groups[^1] with { Lines = groups[^1].Lines + 1 };
        }
    }

    private static bool StartsParagraph(List<TextFragment> rows, int i, float usualStep)
    {
        TextFragment last = rows[i - 1];
        TextFragment row = rows[i];
        if (!row.IsSetLike(last))
        {
            return true;
        }

        if (row.IsVertical)
        {
            return false;
        }

        float ratio = row.GlyphHeight / MathF.Max(1, last.GlyphHeight);
        float step = row.StepFrom(last);
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
            float step = rows[i].StepFrom(rows[i - 1]);
            if (step is > 0.5f and < 4f)
            {
                steps.Add(step);
            }
        }

        steps.Sort();
        return steps.Count == 0 ? SolidStep : steps[steps.Count / 2];
    }
}
