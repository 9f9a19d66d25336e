using Cis.Ocr.Inference;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Orientation;

/// <summary>
/// Which way the text of a page of cells and short words runs, none long enough for its shape to tell: a dozen are read
/// in all four ways.
/// </summary>
internal sealed class ShortTextVote(LineReadings readings)
{
    private const int Probes = 12;

    // Read the right way, 12 cells of digits or short words score this; the wrong way some of them always fail.
    private const float Certain = 0.97f;

    // A turn must be worth it. Digits score high any way that they are held: 0.80 to 0.93 the wrong ones.
    private const float Margin = 0.03f;

    // Noise reads badly any way, and chance may prefer one.
    private const float LeastForTurn = 0.9f;

    private readonly List<int> _probes = [];

    /// <summary>Decides the direction of a page's text.</summary>
    public ReadingDirection Decide(List<Quad> boxes, RunControl control)
    {
        ChooseProbes(boxes);
        ReadingDirection best = ReadingDirection.LeftToRight;
        float bestScore = Score(best, control);
        if (bestScore >= Certain)
        {
            return best;
        }

        bestScore = MathF.Max(bestScore + Margin, LeastForTurn);
        foreach (
            ReadingDirection other in (ReadOnlySpan<ReadingDirection>)
                [ReadingDirection.RightToLeft, ReadingDirection.Downwards, ReadingDirection.Upwards]
        )
        {
            float score = Score(other, control);
            if (score > bestScore)
            {
                (best, bestScore) = (other, score);
            }
        }

        return best;
    }

    /// <summary>The boxes with the most area, of which the largest, a title or a picture, are as good as any.</summary>
    private void ChooseProbes(List<Quad> boxes)
    {
        _probes.Clear();
        for (int i = 0; i < boxes.Count; i++)
        {
            _probes.Add(i);
        }

        _probes.Sort((a, b) => Longer(boxes[b]).CompareTo(Longer(boxes[a])));
        _probes.RemoveRange(Math.Min(Probes, _probes.Count), Math.Max(0, _probes.Count - Probes));
    }

    private static float Longer(Quad box) => MathF.Max(box.Width, box.Height);

    /// <summary>The mean of the probes' confidence, each counted once; what is not read counts as none.</summary>
    private float Score(ReadingDirection direction, RunControl control)
    {
        float sum = 0;
        foreach (int index in _probes)
        {
            sum += readings.Read(index, direction, control)?.Confidence ?? 0;
        }

        return _probes.Count == 0 ? 0 : sum / _probes.Count;
    }
}
