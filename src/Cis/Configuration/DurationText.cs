using System.Globalization;

namespace Cis.Configuration;

/// <summary>Durations as settings have them: seconds, or a number with a unit; both may have a fraction.</summary>
internal static class DurationText
{
    // The longer first: "ms" ends as "s" does.
    private static readonly (string Suffix, double Seconds)[] Units =
    [
        ("ms", 0.001),
        ("min", 60),
        ("s", 1),
        ("m", 60),
        ("h", 3600),
        ("d", 86_400),
        ("", 1),
    ];

    /// <summary>Understands <c>90</c>, <c>1.5</c>, <c>500ms</c>, <c>90 s</c>, <c>5min</c>, <c>2h</c> and <c>1d</c>.</summary>
    /// <returns>False if it is neither of them, is negative, or has more than a million days.</returns>
    internal static bool TryParse(string text, out TimeSpan value)
    {
        (string suffix, double factor) = Array.Find(
            Units,
            unit => text.EndsWith(unit.Suffix, StringComparison.OrdinalIgnoreCase)
        );
        bool parsed = double.TryParse(
            text[..^suffix.Length].TrimEnd(),
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out double number
        );
        // Infinity is parsed too, with either sign.
        double seconds = number * factor;
        bool inRange = parsed && seconds is >= 0 and <= 86_400e6;
        value = inRange ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return inRange;
    }

    /// <summary>The same as seconds.</summary>
    internal static string Write(TimeSpan value) => value.TotalSeconds.ToString(CultureInfo.InvariantCulture);
}
