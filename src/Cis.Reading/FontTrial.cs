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

    /// <summary>The longest lines that are not too long.</summary>
    private static List<TextLine> Choose(IReadOnlyList<RegionLine> lines) =>
        [
            .. lines
                .Select(line => line.Line)
                .OrderByDescending(line => line.Text.Length <= MostCharacters ? line.Text.Length : 1)
                .Take(Samples),
        ];
}
