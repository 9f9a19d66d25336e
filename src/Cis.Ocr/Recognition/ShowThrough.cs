using Cis.Ocr.Inference;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Finds print that shines through from the other side of the paper and takes it off the page. What is only fainter than
/// the other lines may be a footnote in gray; what is read well in a mirror, and badly without, is not of this side.
/// </summary>
internal sealed class ShowThrough(TextRecognizer recognizer)
{
    // What is read more surely than this has no print of the other side in it.
    private const float Sure = 0.9f;
    private const int LinesToTry = 6;
    private const int MirroredToBelieve = 2;

    // How well the mirrored piece must be read, and how much better than as it is.
    private const float ReadInMirror = 0.8f;
    private const float Margin = 0.15f;

    // A piece of a line without ink of this side, in heights of its box: several letters.
    private const float PieceLength = 3;

    // Of the line's contrast: paper's grain is fainter, print of this side is darker.
    private const float Faintest = 0.08f;
    private const float Darkest = 0.7f;

    private readonly LineCutter _cutter = new();

    /// <summary>Takes the other side's print off a page, if there is any.</summary>
    /// <param name="page">The page; changed where the answer is true.</param>
    /// <param name="boxes">As detected.</param>
    /// <param name="lines">What was read in each; null where nothing was.</param>
    /// <param name="control">Stops the reading.</param>
    public bool TakeOff(PageImage page, List<Quad> boxes, IReadOnlyList<TextLine?> lines, RunControl control)
    {
        int tried = 0;
        int mirrored = 0;
        float limit = 0;
        for (int i = 0; i < boxes.Count && tried < LinesToTry; i++)
        {
            Quad box = lines[i]?.Box ?? boxes[i];
            if (lines[i]?.Confidence >= Sure || FaintPieceOf(page, box) is not { } piece)
            {
                continue;
            }

            tried++;
            if (IsMirrored(page, piece.Box, control))
            {
                mirrored++;
                limit = MathF.Max(limit, piece.Contrast);
            }
        }

        if (mirrored < MirroredToBelieve || mirrored * 2 < tried)
        {
            return false;
        }

        Whiten(page, limit);
        return true;
    }

    /// <summary>The longest piece of a line whose ink is all faint, and the contrast of that.</summary>
    private (Quad Box, float Contrast)? FaintPieceOf(PageImage page, Quad box)
    {
        if (box.Width < PieceLength * box.Height)
        {
            return null;
        }

        ReadOnlySpan<float> contrast = _cutter.ContrastOf(page, box, (int)box.Width);
        (int start, int end, float most) = LongestFaint(contrast);
        return end - start < PieceLength * box.Height || most < Faintest * byte.MaxValue
            ? null
            : (LineCutter.Slice(box, start / (float)contrast.Length, end / (float)contrast.Length), most);
    }

    private static (int Start, int End, float Most) LongestFaint(ReadOnlySpan<float> contrast)
    {
        (int Start, int End, float Most) best = default;
        int start = 0;
        float most = 0;
        for (int x = 0; x <= contrast.Length; x++)
        {
            if (x < contrast.Length && contrast[x] < Darkest * byte.MaxValue)
            {
                most = MathF.Max(most, contrast[x]);
                continue;
            }

            if (x - start > best.End - best.Start)
            {
                best = (start, x, most);
            }

            (start, most) = (x + 1, 0);
        }

        return best;
    }

    private bool IsMirrored(PageImage page, Quad piece, RunControl control)
    {
        var mirror = new Quad(piece.TopRight, piece.TopLeft, piece.BottomLeft, piece.BottomRight);
        float inMirror = recognizer.Read(page, mirror, 1, control)?.Confidence ?? 0;
        return inMirror >= ReadInMirror
            && inMirror > (recognizer.Read(page, piece, 1, control)?.Confidence ?? 0) + Margin;
    }

    /// <summary>Stretches the page's levels so that what has no more than a contrast to white becomes white.</summary>
    private static void Whiten(PageImage page, float contrast)
    {
        // The ghost's own darkest pixels, JPEG's noise around them, and what of the paper is not quite white.
        const float Slack = 20;
        float white = MathF.Max(1, byte.MaxValue - contrast - Slack);
        Span<byte> levels = stackalloc byte[256];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = (byte)MathF.Min(byte.MaxValue, i * byte.MaxValue / white);
        }

        for (int y = 0; y < page.Height; y++)
        {
            foreach (ref byte pixel in page.Row(y))
            {
                pixel = levels[pixel];
            }
        }
    }
}
