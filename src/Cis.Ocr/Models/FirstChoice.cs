namespace Cis.Ocr.Models;

/// <summary>Whether a family's first reader is for the languages that are asked for: where it has every letter of theirs.</summary>
internal static class FirstChoice
{
    /// <summary>The first reader, or null where the recognizer is to read alone.</summary>
    public static ChosenRecognizer? Of(ModelFamily family, OcrOptions options)
    {
        if (!options.FirstReader || family.First is not { } model)
        {
            return null;
        }

        HeadModel head = model.Heads[0];

        // The default stands for no choice: a page then shows what it is in.
        bool hasTheirLetters =
            options.NamesNoLanguage
            || options.Languages.All(language => head.Languages.Contains(language, StringComparer.OrdinalIgnoreCase));
        return hasTheirLetters ? new ChosenRecognizer(model, head) : null;
    }
}
