using Cis.Ocr.Inference;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Orientation;

/// <summary>
/// Decides for a page which way its text runs, by the recognizer's own word: of the longest lines, read both ways, the
/// right way scores 0.98 and more, the wrong one 0.44 to 0.71 (upright, turned and vertical pages of English and
/// Japanese). The shape of the boxes says which two ways are possible; where none is long enough to say, short ones are
/// read all four ways. Single lines are never turned over: the 0/180 classifier of PP-OCR does that, and turns one good
/// line in thirty upside down.
/// </summary>
internal sealed class PageOrienter(LineReadings readings, VerticalWriting vertical)
{
    // A line at least this much longer than high has a direction that its shape tells.
    private const float LongLine = 3;

    private readonly Probes _probes = new(readings);
    private readonly ShortTextVote _shortText = new(readings);

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
            && vertical.IsVertical(page, boxes[_probes.Longest].Turn(direction), control);
        return new PageDirection(direction, isVertical);
    }

    private ReadingDirection DecideDirection(List<Quad> boxes, RunControl control)
    {
        bool tall = MostTextIsTall(boxes);
        ChooseProbes(boxes, tall);
        if (_probes.Count == 0)
        {
            return _shortText.Decide(boxes, control);
        }

        return tall
            ? _probes.Decide(ReadingDirection.Downwards, ReadingDirection.Upwards, control)
            : _probes.Decide(ReadingDirection.LeftToRight, ReadingDirection.RightToLeft, control);
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
            (float along, float across) = tall ? (boxes[i].Height, boxes[i].Width) : (boxes[i].Width, boxes[i].Height);
            if (IsLong(along, across))
            {
                _probes.Offer(i, along);
            }
        }
    }
}
