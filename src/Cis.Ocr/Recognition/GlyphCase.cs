using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Decides between a small and a capital letter of the same shape (x and X, c and C) where the word gives no hint, as in
/// "5x": by the height of the letter's ink against the digits of its line.
/// </summary>
internal sealed class GlyphCase
{
    private const string SameShape = "cosuvwxz";

    // Of the height of digits, which is that of capitals: x-heights are 0.66 to 0.83 of it, and round letters
    // pass both by a few hundredths.
    private const float Small = 0.88f;
    private const float Capital = 0.92f;

    // Of a line's box digits take half; old-style ones, which are as low as letters, tell nothing.
    private const float LeastDigit = 0.4f;
    private const int DigitsToMeasure = 4;

    private readonly Vocabulary _vocabulary;
    private readonly Dictionary<char, int> _classes = [];
    private readonly List<int> _letters = [];
    private readonly GlyphPlaces _places = new();

    /// <summary>Looks the letters up in a vocabulary.</summary>
    public GlyphCase(Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        for (int i = 1; i < vocabulary.ClassCount; i++)
        {
            if (vocabulary[i] is [var letter] && SameShape.Contains(char.ToLowerInvariant(letter)))
            {
                _classes.TryAdd(letter, i);
            }
        }
    }

    /// <summary>Corrects the characters of a line.</summary>
    /// <param name="page">The page.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="characters">As decoded.</param>
    public void Correct(PageImage page, Quad box, List<DecodedCharacter> characters)
    {
        FindLoneLetters(characters);
        if (
            _letters.Count == 0
            || !_places.Find(page, box, CountGlyphs(characters, characters.Count))
            || HeightOfDigits(page, box, characters) is not (> LeastDigit and float full)
        )
        {
            return;
        }

        foreach (int index in _letters)
        {
            float height = HeightOf(page, box, characters, index) / full;
            char letter = _vocabulary[characters[index].Class][0];
            bool isWrong = char.IsLower(letter) ? height > Capital : height is > 0 and < Small;
            char other = char.IsLower(letter) ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter);
            if (isWrong && _classes.TryGetValue(other, out int right))
            {
                characters[index] = characters[index] with { Class = right };
            }
        }
    }

    /// <summary>The letters of either shape in whose word there is no other letter.</summary>
    private void FindLoneLetters(List<DecodedCharacter> characters)
    {
        _letters.Clear();
        int start = 0;
        for (int i = 0; i <= characters.Count; i++)
        {
            if (i < characters.Count && !_vocabulary.IsSpace(characters[i].Class))
            {
                continue;
            }

            AddIfLone(characters, start, i);
            start = i + 1;
        }
    }

    private void AddIfLone(List<DecodedCharacter> characters, int start, int end)
    {
        int found = -1;
        for (int i = start; i < end; i++)
        {
            string text = _vocabulary[characters[i].Class];
            if (!char.IsLetter(text[0]))
            {
                continue;
            }

            if (found >= 0 || text.Length > 1 || !SameShape.Contains(char.ToLowerInvariant(text[0])))
            {
                return;
            }

            found = i;
        }

        if (found >= 0 && end - start > 1)
        {
            _letters.Add(found);
        }
    }

    /// <summary>The highest of a few digits; 0 without any.</summary>
    private float HeightOfDigits(PageImage page, Quad box, List<DecodedCharacter> characters)
    {
        float height = 0;
        int measured = 0;
        for (int i = 0; i < characters.Count && measured < DigitsToMeasure; i++)
        {
            string text = _vocabulary[characters[i].Class];
            if (text is [>= '0' and <= '9'])
            {
                height = MathF.Max(height, HeightOf(page, box, characters, i));
                measured++;
            }
        }

        return height;
    }

    private float HeightOf(PageImage page, Quad box, List<DecodedCharacter> characters, int index)
    {
        (float from, float to) = _places[CountGlyphs(characters, index)];
        return InkHeight.Between(page, box, from, to);
    }

    private int CountGlyphs(List<DecodedCharacter> characters, int end)
    {
        int count = 0;
        for (int i = 0; i < end; i++)
        {
            count += _vocabulary.IsSpace(characters[i].Class) ? 0 : 1;
        }

        return count;
    }
}
