using Cis.Layout;
using Cis.Ocr.Detection;
using Cis.Ocr.Imaging;
using Cis.Ocr.Inference;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Orientation;

/// <summary>
/// Finds the lines of a page that lies on its side once more, on the page held upright: the detector sees most lines that
/// run across, but of those that run down and not quite straight, as on a crooked scan, it misses every other.
/// </summary>
internal sealed class UprightLook(TextDetector detector)
{
    private readonly List<Quad> _across = [];

    /// <summary>Replaces the boxes of a page on its side.</summary>
    /// <param name="page">As it was scanned.</param>
    /// <param name="direction">The way its lines run: down or up.</param>
    /// <param name="boxes">As found; those that stand across the others, such as an upright caption, stay.</param>
    /// <param name="control">Stops the run.</param>
    public void Detect(PageImage page, ReadingDirection direction, List<Quad> boxes, RunControl control)
    {
        _across.Clear();
        _across.AddRange(boxes.FindAll(box => StandsAcross(box.Turn(direction))));
        using (var upright = new PageImage())
        {
            QuarterTurn.Copy(page, clockwise: direction == ReadingDirection.Upwards, upright);
            detector.Detect(upright, boxes, control);
        }

        PageFrame scanned = new PageFrame(direction.ToRotation(), page.Width, page.Height).Inverse();
        for (int i = 0; i < boxes.Count; i++)
        {
            // Corners are named as the page lies.
            boxes[i] = scanned.ToReader(boxes[i]).Turn(direction.Opposite());
        }

        _across.RemoveAll(box => boxes.Exists(other => !StandsAcross(other.Turn(direction)) && Meet(box, other)));
        BoxUnion.Join(_across, boxes);
    }

    private static bool StandsAcross(Quad box) => box.Height >= LineReadings.StandsAcross * box.Width;

    private static bool Meet(Quad a, Quad b) =>
        a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom;
}
