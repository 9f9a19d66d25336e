namespace Cis.Bench;

/// <summary>The median of some values, with the least and the most of them.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    /// <summary>Of some values; zero of none.</summary>
    internal static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? default
            : new((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>Whether no value of the one lies among those of the other: the difference is more than noise.</summary>
    internal bool IsApartFrom(Spread other) => Least > other.Most || Most < other.Least;
}
