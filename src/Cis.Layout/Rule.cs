using System.Runtime.InteropServices;
using Cis.Pages;

namespace Cis.Layout;

/// <summary>A ruling in the upright frame.</summary>
/// <param name="At">Its place: the y of one that runs across the page, the x of one that runs down.</param>
/// <param name="Start">Where it begins along its length.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct Rule(float At, float Start, float End)
{
    // Of half of a line's height: pieces of one ruling are not further aside. And how much of it must be seen.
    private const float SameRule = 0.5f;
    private const float LeastDrawn = 0.6f;

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

    /// <summary>Joins the pieces of rulings: text that touches one hides it.</summary>
    /// <param name="rules">Sorted by <see cref="At"/>, and again afterwards.</param>
    /// <param name="near">Half of a line's height.</param>
    public static void Mend(List<Rule> rules, float near)
    {
        for (int i = 0; i < rules.Count; i++)
        {
            int pieces = i + 1;
            while (pieces < rules.Count && rules[pieces].At - rules[i].At <= SameRule * near)
            {
                pieces++;
            }

            if (pieces - i > 1 && JoinPieces(CollectionsMarshal.AsSpan(rules)[i..pieces]) is { } whole)
            {
                rules[i] = whole;
                rules.RemoveRange(i + 1, pieces - i - 1);
            }
        }
    }

    private static Rule? JoinPieces(ReadOnlySpan<Rule> pieces)
    {
        float start = float.PositiveInfinity;
        float end = float.NegativeInfinity;
        float drawn = 0;
        foreach (Rule piece in pieces)
        {
            start = MathF.Min(start, piece.Start);
            end = MathF.Max(end, piece.End);
            drawn += piece.Length;
        }

        return drawn >= LeastDrawn * (end - start) ? new Rule(pieces[0].At, start, end) : null;
    }
}
