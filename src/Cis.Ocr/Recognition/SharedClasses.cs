using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>What the first reader's classes are among those of the recognizer, and which letters are not for it.</summary>
internal sealed class SharedClasses
{
    private readonly int[] _classes;
    private readonly HashSet<char> _telltales;

    /// <summary>Looks each character up.</summary>
    /// <param name="first">The first reader's characters.</param>
    /// <param name="recognizer">The recognizer's.</param>
    /// <param name="telltales">See <see cref="RecognizerModel"/>.</param>
    /// <exception cref="InvalidDataException">The recognizer lacks a character of the first reader.</exception>
    public SharedClasses(Vocabulary first, Vocabulary recognizer, string telltales)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 1; i < recognizer.ClassCount; i++)
        {
            places[recognizer[i]] = i;
        }

        _telltales = [.. telltales];
        _classes = new int[first.ClassCount];
        for (int i = 1; i < first.ClassCount; i++)
        {
            _classes[i] = places.TryGetValue(first[i], out int place)
                ? place
                : throw new InvalidDataException($"The recognizer lacks '{first[i]}', which the first reader has.");
        }
    }

    /// <summary>Rewrites what the first reader read in the classes of the recognizer.</summary>
    public void Translate(List<DecodedCharacter> characters)
    {
        for (int i = 0; i < characters.Count; i++)
        {
            characters[i] = characters[i] with { Class = _classes[characters[i].Class] };
        }
    }

    /// <summary>How many letters of a text are of languages, and how many of scripts, that are not for the first reader.</summary>
    public (int Foreign, int Ideographs) CountForeign(string text)
    {
        int foreign = 0;
        int ideographs = 0;
        foreach (char letter in text)
        {
            foreign += letter > '\u007F' && _telltales.Contains(letter) ? 1 : 0;
            ideographs += DecodedText.IsWide(letter) && char.IsLetter(letter) ? 1 : 0;
        }

        return (foreign, ideographs);
    }
}
