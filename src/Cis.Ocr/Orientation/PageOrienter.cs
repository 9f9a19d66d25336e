using Cis.Ocr.Inference;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Orientation;

/// <summary>
/// Decides once for a page which way its text runs, by the recogniser's own word: of the longest lines, read both ways,
/// the right way scores 0.98 and more, the wrong one 0.44 to 0.71 (upright, turned and vertical pages of English and
/// Japanese). The shape of the boxes says which two ways are possible. Single lines are never turned over: the 0/180
/// classifier of PP-OCR does that, and turns one good line in thirty upside down.
/// </summary>
internal sealed class PageOrienter(LineReadings readings, VerticalWriting vertical)
{
    private readonly ShortTextVote _shortText = new(readings);

    private const int ProbeLines = 3;

    // A line at least this much longer than high has a direction that its shape tells.
    private const float LongLine = 3;

    // Far above what a wrong direction scores: no need to read the lines the other way as well.
    private const float Certain = 0.9f;

    // A turn must be worth it: on a page of noise neither way wins.
    private const float Margin = 0.1f;

    private readonly List<int> _probes = [];

    /// <summary>Decides the direction of a page's text.</summary>
    /// <param name="page">The scanned page.</param>
    /// <param name="boxes">As detected.</param>
    /// <param name="control">Stops the probing.</param>
    public PageDirection Decide(PageImage page, List<Quad> boxes, RunControl control)
    {
        ReadingDirection direction = DecideDirection(boxes, control);
        bool isVertical =
            direction == ReadingDirection.Downwards
            && _probes.Count > 0
            && vertical.IsVertical(page, boxes[_probes[0]].Turn(direction), control);
        return new PageDirection(direction, isVertical);
    }

    private ReadingDirection DecideDirection(List<Quad> boxes, RunControl control)
    {
        bool tall = MostTextIsTall(boxes);
        ChooseProbes(boxes, tall);
        ReadingDirection first = tall ? ReadingDirection.Downwards : ReadingDirection.LeftToRight;
        if (_probes.Count == 0)
        {
            return _shortText.Decide(boxes, control);
        }

        float score = Score(first, control);
        if (score >= Certain)
        {
            return first;
        }

        ReadingDirection second = tall ? ReadingDirection.Upwards : ReadingDirection.RightToLeft;
        return Score(second, control) > score + Margin ? second : first;
    }

    private static bool MostTextIsTall(List<Quad> boxes)
    {
        float tall = 0;
        float wide = 0;
        foreach (Quad box in boxes)
        {
            tall += IsLong(box.Height, box.Width) ? box.Height : 0;
            wide += IsLong(box.Width, box.Height) ? box.Width : 0;
        }

        return tall > wide;
    }

    private static bool IsLong(float along, float across) => along >= across * LongLine;

    private void ChooseProbes(List<Quad> boxes, bool tall)
    {
        _probes.Clear();
        for (int i = 0; i < boxes.Count; i++)
        {
            float length = Length(boxes[i], tall);
            if (length > 0)
            {
                InsertByLength(boxes, tall, i, length);
            }
        }
    }

    private static float Length(Quad box, bool tall)
    {
        (float along, float across) = tall ? (box.Height, box.Width) : (box.Width, box.Height);
        return IsLong(along, across) ? along : 0;
    }

    private void InsertByLength(List<Quad> boxes, bool tall, int index, float length)
    {
        int place = _probes.Count;
        while (place > 0 && Length(boxes[_probes[place - 1]], tall) < length)
        {
            place--;
        }

        if (place < ProbeLines)
        {
            _probes.Insert(place, index);
            _probes.RemoveRange(Math.Min(ProbeLines, _probes.Count), Math.Max(0, _probes.Count - ProbeLines));
        }
    }

    /// <summary>The probes' confidence, each weighing as much as it has characters.</summary>
    private float Score(ReadingDirection direction, RunControl control)
    {
        float sum = 0;
        int characters = 0;
        foreach (int index in _probes)
        {
            if (readings.Read(index, direction, control) is { } line)
            {
                sum += line.Confidence * line.Text.Length;
                characters += line.Text.Length;
            }
        }

        return characters == 0 ? 0 : sum / characters;
    }
}
