using System.Diagnostics;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>Which way a line of text runs on the page as it is shown.</summary>
internal enum TextDirection : byte
{
    Right,
    Down,
    Left,
    Up,
}

/// <summary>
/// A character of a text layer in its own reading frame: u along the text, v across it, downwards from its top, both
/// in page pixels. For upright text that is x and y.
/// </summary>
/// <param name="CodePoint">Unicode.</param>
/// <param name="Direction">Which frame.</param>
/// <param name="Frame">Its box, by the font's ascent and descent: Left to Right along u, Top to Bottom along v.</param>
/// <param name="SpaceBefore">White space stands before it in the page's own order.</param>
/// <param name="SpaceWritten">Likewise, and the page has written it: it was not told from a gap.</param>
/// <param name="Text">The index of its text object among those of its layer; -1 for none.</param>
/// <param name="IsTilted">It stands aslant, as a watermark does, and along no edge of the page.</param>
internal readonly record struct TextGlyph(
    int CodePoint,
    TextDirection Direction,
    PageRectangle Frame,
    bool SpaceBefore,
    bool SpaceWritten = false,
    int Text = -1,
    bool IsTilted = false
)
{
    /// <summary>The code point of a glyph whose font does not say what it means.</summary>
    internal const int Gap = 0xFFFD;

    internal bool IsGap => CodePoint is Gap or PageRegion.Lie;

    internal float Height => Frame.Height;

    /// <summary>From page pixels into the frame of a direction.</summary>
    internal static PageRectangle ToFrame(in PageRectangle box, TextDirection direction) =>
        direction switch
        {
            TextDirection.Down => new PageRectangle(box.Top, -box.Right, box.Bottom, -box.Left),
            TextDirection.Left => new PageRectangle(-box.Right, -box.Bottom, -box.Left, -box.Top),
            TextDirection.Up => new PageRectangle(-box.Bottom, box.Left, -box.Top, box.Right),
            TextDirection.Right => box,
            _ => throw new UnreachableException(),
        };

    /// <summary>From a frame to the corners in page pixels, beginning where the text's own top left is.</summary>
    internal static Quad ToQuad(in PageRectangle frame, TextDirection direction)
    {
        return new Quad(
            Point(frame.Left, frame.Top),
            Point(frame.Right, frame.Top),
            Point(frame.Right, frame.Bottom),
            Point(frame.Left, frame.Bottom)
        );

        PagePoint Point(float u, float v) =>
            direction switch
            {
                TextDirection.Down => new PagePoint(-v, u),
                TextDirection.Left => new PagePoint(-u, -v),
                TextDirection.Up => new PagePoint(v, -u),
                TextDirection.Right => new PagePoint(u, v),
                _ => throw new UnreachableException(),
            };
    }
}
