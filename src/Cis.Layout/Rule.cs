using Cis.Pages;

namespace Cis.Layout;

/// <summary>A ruling in the upright frame.</summary>
/// <param name="At">Its place: the y of one that runs across the page, the x of one that runs down.</param>
/// <param name="Start">Where it begins along its length.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct Rule(float At, float Start, float End)
{
    /// <summary>How long it is.</summary>
    public float Length => End - Start;

    /// <summary>It runs through a stretch, but for a part of it.</summary>
    public bool Covers(float from, float to, float missing) => Start <= from + missing && End >= to - missing;

    /// <summary>It meets one of the other direction, or ends no further from it than a distance.</summary>
    public bool Meets(Rule other, float distance) =>
        other.At >= Start - distance
        && other.At <= End + distance
        && At >= other.Start - distance
        && At <= other.End + distance;

    /// <summary>Parts rulings by their direction, turned upright.</summary>
    /// <param name="rulings">As found.</param>
    /// <param name="skew">The page's skew in radians.</param>
    /// <param name="across">Receives those that run across the page, from top to bottom.</param>
    /// <param name="down">Receives those that run down, from left to right.</param>
    public static void Sort(IReadOnlyList<Ruling> rulings, float skew, List<Rule> across, List<Rule> down)
    {
        (float sin, float cos) = MathF.SinCos(skew);
        foreach (Ruling ruling in rulings)
        {
            PagePoint from = Turn(ruling.From);
            PagePoint to = Turn(ruling.To);
            if (MathF.Abs(to.X - from.X) > MathF.Abs(to.Y - from.Y))
            {
                across.Add(new Rule((from.Y + to.Y) / 2, MathF.Min(from.X, to.X), MathF.Max(from.X, to.X)));
            }
            else
            {
                down.Add(new Rule((from.X + to.X) / 2, MathF.Min(from.Y, to.Y), MathF.Max(from.Y, to.Y)));
            }
        }

        across.Sort(static (a, b) => a.At.CompareTo(b.At));
        down.Sort(static (a, b) => a.At.CompareTo(b.At));

        PagePoint Turn(PagePoint p) => new(p.X * cos + p.Y * sin, p.Y * cos - p.X * sin);
    }
}
