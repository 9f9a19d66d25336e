namespace Cis.Ocr.Recognition;

/// <summary>A column of vertical writing as a recognizer sees it: lying, its top to the left and its right side above.</summary>
/// <param name="plane">One channel, 48 rows of <paramref name="stride"/> values.</param>
/// <param name="stride">Columns with the padding.</param>
/// <param name="width">Columns of the content.</param>
/// <param name="stretch">What undoes the squeezing: the natural width over this one.</param>
internal readonly ref struct ColumnCrop(ReadOnlySpan<float> plane, int stride, int width, float stretch)
{
    private readonly ReadOnlySpan<float> _plane = plane;

    /// <summary>Columns of the content.</summary>
    public int Width => width;

    /// <summary>What undoes the squeezing: the natural width over this one.</summary>
    public float Stretch => stretch;

    /// <summary>A row of pixels, -1 is black and 1 white.</summary>
    public ReadOnlySpan<float> Row(int y) => _plane.Slice(y * stride, width);
}
