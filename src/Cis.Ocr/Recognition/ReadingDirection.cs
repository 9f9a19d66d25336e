using System.Diagnostics;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>Where the text of a line runs on the page as it was scanned. The value is the page's clockwise turn in degrees.</summary>
internal enum ReadingDirection
{
    /// <summary>As it should be.</summary>
    LeftToRight = 0,

    /// <summary>Glyphs lie on their right side: the page was turned a quarter clockwise, or its columns are vertical.</summary>
    Downwards = 90,

    /// <summary>Glyphs stand on their heads.</summary>
    RightToLeft = 180,

    /// <summary>Glyphs lie on their left side.</summary>
    Upwards = 270,
}

/// <summary>How a page is to be read.</summary>
/// <param name="Lines">The way its lines run on the scanned page.</param>
/// <param name="IsVertical">They are columns of vertical writing: the page itself stands upright.</param>
internal readonly record struct PageDirection(ReadingDirection Lines, bool IsVertical)
{
    /// <summary>The way the page lies.</summary>
    public ReadingDirection Page => IsVertical ? ReadingDirection.LeftToRight : Lines;
}

/// <summary>Turns boxes between the scanned page and the direction in which they are read.</summary>
internal static class ReadingDirections
{
    /// <summary>The corners of an upright box, named as a reader of this direction sees them.</summary>
    public static Quad Turn(this Quad box, ReadingDirection direction) =>
        direction switch
        {
            ReadingDirection.Downwards => new(box.TopRight, box.BottomRight, box.BottomLeft, box.TopLeft),
            ReadingDirection.RightToLeft => new(box.BottomRight, box.BottomLeft, box.TopLeft, box.TopRight),
            ReadingDirection.Upwards => new(box.BottomLeft, box.TopLeft, box.TopRight, box.BottomRight),
            ReadingDirection.LeftToRight => box,
            _ => throw new UnreachableException(),
        };

    /// <summary>The direction of text set sideways on a page: on an upright page, downwards.</summary>
    public static ReadingDirection QuarterTurn(this ReadingDirection direction) =>
        direction == ReadingDirection.Downwards
            ? ReadingDirection.LeftToRight
            : (ReadingDirection)(((int)direction + 90) % 360);

    /// <summary>The other way along the same lines.</summary>
    public static ReadingDirection Opposite(this ReadingDirection direction) =>
        (ReadingDirection)(((int)direction + 180) % 360);

    /// <summary>Degrees by which the page must be turned clockwise to stand upright.</summary>
    public static int ToRotation(this ReadingDirection direction) => (360 - (int)direction) % 360;
}
