namespace Cis.Ocr.Detection;

/// <summary>Keeps of a page's marks those that stand in a line, across or down, with others of about their size.</summary>
internal sealed class LineUp
{
    private const int Cell = 64;

    // A glyph has one at its left or right, and most have two within a word's reach.
    private const int LeastNeighbors = 2;

    // In sizes of the mark: as far as the glyph after the next, and over a word's gap.
    private const float Reach = 3;
    private const float MostOffset = 0.6f;

    // An ascender's height to the x-height's, and some.
    private const float MostRatio = 1.7f;

    // A bound for pages of speckles: the densest print has fewer glyphs around each.
    private const int MostLookedAt = 400;

    private readonly List<InkMark> _kept = [];
    private readonly Dictionary<(int X, int Y), List<int>> _cells = [];

    /// <summary>Removes the others.</summary>
    public void Keep(List<InkMark> marks)
    {
        Sort(marks);
        _kept.Clear();
        foreach (InkMark mark in marks)
        {
            if (HasNeighbors(mark, marks))
            {
                _kept.Add(mark);
            }
        }

        marks.Clear();
        marks.AddRange(_kept);
    }

    private void Sort(List<InkMark> marks)
    {
        _cells.Clear();
        for (int i = 0; i < marks.Count; i++)
        {
            (int X, int Y) cell = ((int)marks[i].CenterX / Cell, (int)marks[i].CenterY / Cell);
            if (!_cells.TryGetValue(cell, out List<int>? inside))
            {
                _cells.Add(cell, inside = []);
            }

            inside.Add(i);
        }
    }

    private bool HasNeighbors(InkMark mark, List<InkMark> marks)
    {
        float reach = Reach * mark.Size;
        int found = 0;
        int lookedAt = 0;
        for (int y = (int)(mark.CenterY - reach) / Cell; y <= (int)(mark.CenterY + reach) / Cell; y++)
        {
            for (int x = (int)(mark.CenterX - reach) / Cell; x <= (int)(mark.CenterX + reach) / Cell; x++)
            {
                if (!_cells.TryGetValue((x, y), out List<int>? inside))
                {
                    continue;
                }

                foreach (int i in inside)
                {
                    found += AreNeighbors(mark, marks[i]) ? 1 : 0;
                    if (found >= LeastNeighbors || ++lookedAt > MostLookedAt)
                    {
                        return found >= LeastNeighbors;
                    }
                }
            }
        }

        return false;
    }

    private static bool AreNeighbors(InkMark a, InkMark b)
    {
        float dx = MathF.Abs(a.CenterX - b.CenterX);
        float dy = MathF.Abs(a.CenterY - b.CenterY);
        float along = MathF.Max(dx, dy);
        float across = MathF.Min(dx, dy);
        int smaller = Math.Min(a.Size, b.Size);
        return along > smaller / 2f
            && along <= Reach * a.Size
            && across <= MostOffset * a.Size
            && Math.Max(a.Size, b.Size) <= smaller * MostRatio;
    }
}
