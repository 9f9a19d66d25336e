namespace Cis.Layout;

/// <summary>
/// Lines that stand side by side: the cells of a table's row, a label and its value, or one line of print that the
/// detector found in pieces.
/// </summary>
internal sealed class TextRow
{
    // As a part of the lower piece's height: how far the middles of two pieces may be apart. Half of it is where the
    // next row begins to be as near.
    private const float MaximumOffset = 0.5f;

    // As a part of the narrower piece's width: boxes of neighbors overlap by their margins, not by their text.
    private const float MaximumOverlap = 0.5f;

    private readonly List<Fragment> _pieces = [];

    /// <summary>The pieces from left to right; at least one.</summary>
    public IReadOnlyList<Fragment> Pieces => _pieces;

    /// <summary>The mean of the pieces' middles.</summary>
    public float Y { get; private set; }

    /// <summary>The highest piece's height.</summary>
    public float Height { get; private set; }

    /// <summary>Where the first piece begins.</summary>
    public float Left => _pieces[0].Left;

    /// <summary>Where the last piece ends.</summary>
    public float Right => _pieces[^1].Right;

    /// <summary>Takes a piece in at its place.</summary>
    public void Add(Fragment piece)
    {
        int index = IndexOf(piece);
        _pieces.Insert(index, piece);
        Y += (piece.Y - Y) / _pieces.Count;
        Height = MathF.Max(Height, piece.Height);
    }

    /// <summary>
    /// How well a piece continues this row: the heights at which it meets its neighbors are compared, so that a row
    /// may rise or sink along the page as in a photo of a curled receipt.
    /// </summary>
    /// <returns>Not positive where it does not belong here.</returns>
    public float Fit(Fragment piece)
    {
        int index = IndexOf(piece);
        float fit = 0;
        if (index > 0)
        {
            Fragment before = _pieces[index - 1];
            if (Overlap(before, piece))
            {
                return 0;
            }

            fit = MaximumOffset - Offset(before.RightY, piece.LeftY, before, piece);
        }

        if (index < _pieces.Count)
        {
            Fragment after = _pieces[index];
            if (Overlap(piece, after))
            {
                return 0;
            }

            fit = MathF.Max(fit, MaximumOffset - Offset(piece.RightY, after.LeftY, piece, after));
        }

        return fit;
    }

    /// <summary>Behind the last piece that begins no further right.</summary>
    private int IndexOf(Fragment piece)
    {
        int from = 0;
        int to = _pieces.Count;
        while (from < to)
        {
            int middle = (from + to) / 2;
            (from, to) = _pieces[middle].Left > piece.Left ? (from, middle) : (middle + 1, to);
        }

        return from;
    }

    private static bool Overlap(Fragment left, Fragment right) =>
        left.Right - right.Left > MaximumOverlap * MathF.Min(left.Width, right.Width);

    private static float Offset(float leftY, float rightY, Fragment left, Fragment right) =>
        MathF.Abs(leftY - rightY) / MathF.Min(left.Height, right.Height);
}
