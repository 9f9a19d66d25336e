using Cis.Ocr.Inference;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// The lines of the current page, each read once and only when asked for: what the orienter reads to decide is kept for the
/// page's text.
/// </summary>
internal sealed class LineReadings(ILineReader reader)
{
    // PaddleOCR turns boxes from this ratio of height to width on.
    internal const float StandsAcross = 1.5f;
    private const float LongLine = 3;

    private readonly List<(bool Done, ReadingDirection Direction, TextLine? Line)> _readings = [];
    private List<Quad> _boxes = [];
    private PageImage _page = null!;

    /// <summary>Begins a page.</summary>
    public void Begin(PageImage page, List<Quad> boxes)
    {
        _page = page;
        Replace(boxes);
        reader.BeginPage();
    }

    /// <summary>Goes on with other boxes of the same page; what the reader knows of its script and print by now, stays.</summary>
    public void Replace(List<Quad> boxes)
    {
        _boxes = boxes;
        _readings.Clear();
        for (int i = 0; i < boxes.Count; i++)
        {
            _readings.Add(default);
        }
    }

    /// <summary>
    /// Reads a line of a page whose direction is known. A box that stands across that direction holds a single narrow
    /// character, or text set sideways: read both ways, the surer reading counts.
    /// </summary>
    public TextLine? ReadAlong(int index, ReadingDirection page, RunControl control) =>
        ReadAlong(index, page, page.QuarterTurn(), control).Line;

    /// <summary>Reads a line of a page whose direction is known, and that of what stands across it.</summary>
    /// <returns>The line, or null where there is no text, and the way in which it was read.</returns>
    public (TextLine? Line, ReadingDirection Direction) ReadAlong(
        int index,
        ReadingDirection page,
        ReadingDirection sideways,
        RunControl control
    )
    {
        Quad box = _boxes[index].Turn(page);
        if (box.Height < box.Width * StandsAcross)
        {
            return (Read(index, page, control), page);
        }

        // Squeezed into the recognizer's 48 rows, a long line on its side looks like an I.
        TextLine? along = box.Height < box.Width * LongLine ? Read(index, page, control) : null;
        TextLine? across = Read(index, sideways, control);
        return (along?.Confidence ?? 0) >= (across?.Confidence ?? 0) ? (along, page) : (across, sideways);
    }

    /// <summary>Reads a line.</summary>
    /// <param name="index">Of its box.</param>
    /// <param name="direction">The way its text runs.</param>
    /// <param name="control">Stops the reading.</param>
    /// <returns>The line, or null where there is no text.</returns>
    public TextLine? Read(int index, ReadingDirection direction, RunControl control)
    {
        (bool done, ReadingDirection readIn, TextLine? line) = _readings[index];
        if (!done || readIn != direction)
        {
            line = reader.Read(_page, _boxes[index].Turn(direction), control, direction == ReadingDirection.Downwards);
            _readings[index] = (true, direction, line);
        }

        return line;
    }

    /// <summary>Forgets lines: they are read again when they are asked for.</summary>
    public void Forget(IReadOnlySet<TextLine> lines)
    {
        for (int i = 0; i < _readings.Count; i++)
        {
            if (_readings[i].Line is { } line && lines.Contains(line))
            {
                _readings[i] = default;
            }
        }
    }
}
