using Cis.Pages;

namespace Cis.Reading;

/// <summary>Compares what a doubtful font says with what its letters look like.</summary>
internal static class FontTrial
{
    private const int Samples = 5;

    // Longer lines cost more and tell no more.
    private const int MostCharacters = 60;

    // Below this the recognizer does not know either: a script or a face that it was not taught.
    private const float SureReading = 0.7f;

    // A true layer and its reading differ by a tenth or two at most, an enciphered one in nearly all letters.
    private const double TrueLikeness = 0.5;

    /// <summary>Whether a font lies; null where the pixels do not tell.</summary>
    internal static bool? Lies(IReadOnlyList<RegionLine> lines, IBoxReader reader)
    {
        List<TextLine> samples = Choose(lines);
        IReadOnlyList<TextLine?> readings = reader.Read([.. samples.Select(line => line.Box)]);
        double likeness = 0;
        int sure = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            if (readings[i] is { } reading && reading.Confidence >= SureReading)
            {
                likeness += TextLikeness.Of(samples[i].Text, reading.Text);
                sure++;
            }
        }

        return sure == 0 ? null : likeness / sure < TrueLikeness;
    }

    /// <summary>Which characters of a font are others than it says, of those in doubt and of what stands beside them.</summary>
    /// <param name="lines">Lines with such characters.</param>
    /// <param name="inDoubt">The characters in doubt.</param>
    /// <param name="reader">Reads the pixels.</param>
    /// <returns>None, if all are what they seem; null where the pixels do not tell.</returns>
    internal static string? Lying(IReadOnlyList<RegionLine> lines, string inDoubt, IBoxReader reader)
    {
        List<TextLine> samples = ChooseFor(inDoubt, lines);
        IReadOnlyList<TextLine?> readings = reader.Read([.. samples.Select(line => line.Box)]);
        var evidence = new CharacterEvidence();
        for (int i = 0; i < samples.Count; i++)
        {
            if (readings[i] is { } reading && reading.Confidence >= SureReading)
            {
                evidence.Add(samples[i].Text, reading.Text);
            }
        }

        return evidence.Lying(inDoubt);
    }

    /// <summary>The lines with most of the characters in doubt, each of which counts once.</summary>
    private static List<TextLine> ChooseFor(string inDoubt, IReadOnlyList<RegionLine> lines) =>
        [
            .. lines
                .Select(line => line.Line)
                .OrderByDescending(line => line.Text.Length <= MostCharacters ? inDoubt.Count(line.Text.Contains) : 0)
                .ThenByDescending(line => line.Text.Length <= MostCharacters ? line.Text.Length : 1)
                .Take(Samples),
        ];

    /// <summary>The longest lines that are not too long.</summary>
    private static List<TextLine> Choose(IReadOnlyList<RegionLine> lines) =>
        [
            .. lines
                .Select(line => line.Line)
                .OrderByDescending(line => line.Text.Length <= MostCharacters ? line.Text.Length : 1)
                .Take(Samples),
        ];
}
