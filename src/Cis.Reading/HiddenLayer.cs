using Cis.Layout;
using Cis.Pages;

namespace Cis.Reading;

/// <summary>
/// A layer of text that lies hidden over a scan, as other OCR programs write it. Where the scan is read surely, that
/// stands. Lines that were read unsurely are taken from the layer if it says the same as the sure ones do.
/// </summary>
internal sealed class HiddenLayer(IReadOnlyList<RegionLine> lines)
{
    // Lines of clean print are read with 0.95 and more, those of spoilt print with less than 0.8.
    private const float Sure = 0.9f;
    private const float Unsure = 0.8f;

    // A layer that says so much of what is surely read is as good as the reading.
    private const double Trusted = 0.9;

    /// <summary>The better of the two, line by line.</summary>
    /// <param name="read">The lines as read, in page pixels.</param>
    internal List<DirectedLine> Improve(List<DirectedLine> read)
    {
        if (!IsTrusted(read))
        {
            return read;
        }

        var better = new List<DirectedLine>(read.Count);
        foreach (DirectedLine line in read)
        {
            bool replace = line.Line.Confidence < Unsure && TextAt(line.Line.Box).Count > 0;
            better.Add(replace ? line with { Line = Replace(line.Line) } : line);
        }

        return better;
    }

    private bool IsTrusted(List<DirectedLine> read)
    {
        double likeness = 0;
        int characters = 0;
        foreach (DirectedLine line in read)
        {
            if (line.Line.Confidence >= Sure)
            {
                int length = line.Line.Text.Length;
                likeness += length * TextLikeness.Of(line.Line.Text, JoinedAt(line.Line.Box));
                characters += length;
            }
        }

        return characters > 0 && likeness >= Trusted * characters;
    }

    private TextLine Replace(TextLine line) =>
        line with
        {
            Text = JoinedAt(line.Box),
            Words = TextAt(line.Box),
            Source = TextSource.TextLayer,
        };

    private string JoinedAt(Quad box) => string.Join(' ', TextAt(box).Select(word => word.Text));

    private List<TextWord> TextAt(Quad box)
    {
        var words = new List<TextWord>();
        foreach (RegionLine line in lines)
        {
            foreach (TextWord word in line.Line.Words)
            {
                float x = (word.Box.Left + word.Box.Right) / 2;
                float y = (word.Box.Top + word.Box.Bottom) / 2;
                if (x >= box.Left && x <= box.Right && y >= box.Top && y <= box.Bottom)
                {
                    words.Add(word);
                }
            }
        }

        return words;
    }
}
