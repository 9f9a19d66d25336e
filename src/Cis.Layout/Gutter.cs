namespace Cis.Layout;

/// <summary>On which side of a gutter a line stands.</summary>
internal enum GutterSide
{
    /// <summary>It ends before the gutter.</summary>
    Left,

    /// <summary>It begins behind it.</summary>
    Right,

    /// <summary>It crosses it.</summary>
    Across,
}

/// <summary>A strip of white that runs down a part of a region.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Right">Its right edge, close to where the lines on its right begin.</param>
/// <param name="First">The index of the first line beside it, among the region's lines from top to bottom.</param>
/// <param name="End">The index behind the last.</param>
internal readonly record struct Gutter(float Left, float Right, int First, int End)
{
    // A vertical rule between columns is often read as a letter or two, and nothing so short spans columns.
    private const int SpeckLength = 2;

    /// <summary>The side of a line.</summary>
    public GutterSide SideOf(Fragment line)
    {
        if (line.Right <= Left)
        {
            return GutterSide.Left;
        }

        if (line.Left >= Right)
        {
            return GutterSide.Right;
        }

        bool speck = line.Line.Text.Length <= SpeckLength && line.Table is null;
        return !speck ? GutterSide.Across
            : line.Left + line.Right <= Left + Right ? GutterSide.Left
            : GutterSide.Right;
    }

    /// <summary>The gutter's height: from the top of its first line to the bottom of its last.</summary>
    /// <param name="lines">The region's lines.</param>
    public float HeightAmong(List<Fragment> lines) => First < End ? lines[End - 1].Bottom - lines[First].Top : 0;
}
