namespace Cis.Ocr.Recognition;

/// <summary>A connected blot of ink in the crop of a column: where it lies, and how round it is.</summary>
internal readonly record struct InkBlot(int Left, int Top, int Right, int Bottom, int Pixels, float Roundness)
{
    /// <summary>Along the column, which runs to the right in its crop.</summary>
    public int Along => Right - Left;

    /// <summary>Across the column.</summary>
    public int Across => Bottom - Top;

    /// <summary>The middle along the column.</summary>
    public float MiddleAlong => (Left + Right) / 2f;

    /// <summary>The middle across the column; the crop's top is the column's right side.</summary>
    public float MiddleAcross => (Top + Bottom) / 2f;
}
