using System.Runtime.InteropServices;
using Cis.Ocr.Models;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Finds the marks of vertical Japanese for which PP-OCR's recognizers give nothing when they read a column turned on its
/// side: cells of the column's grid with one blot of ink that has the shape of such a mark, but no character.
/// </summary>
internal sealed class LostMarks(Vocabulary vocabulary)
{
    private const int ColumnsPerStep = 8;

    // Of a cell's length, around its middle: blots that begin there are looked at, for the next character's is not far.
    private const float Reach = 0.6f;

    // Specks beside a mark may have this part of its ink; a glyph of several strokes has more.
    private const float Specks = 0.25f;

    // Columns with letters and digits in them have cells of other lengths.
    private const float ShareOfJapanese = 0.8f;

    // In the order of LostMark.
    private readonly int[] _classes =
    [
        0,
        vocabulary.ClassOf("、"),
        vocabulary.ClassOf("。"),
        vocabulary.ClassOf("っ"),
        vocabulary.ClassOf("ー"),
        vocabulary.ClassOf("「"),
        vocabulary.ClassOf("」"),
    ];
    private readonly ColumnInk _ink = new();
    private readonly List<float> _positions = [];
    private readonly List<int> _cells = [];

    /// <summary>Inserts the marks that were lost.</summary>
    /// <param name="characters">As decoded along the column.</param>
    /// <param name="crop">The column as it was read.</param>
    public void Restore(List<DecodedCharacter> characters, ColumnCrop crop)
    {
        if (!IsJapanese(characters) || FitGrid(characters) is not { } grid)
        {
            return;
        }

        _ink.Load(crop);
        int end = (int)MathF.Ceiling((crop.Width - grid.Origin) / grid.Pitch + 0.5f);
        for (int i = characters.Count; i >= 0; i--)
        {
            int first = i == 0 ? (int)MathF.Ceiling(-grid.Origin / grid.Pitch) : _cells[i - 1] + 1;
            int last = i == characters.Count ? end : _cells[i];
            for (int cell = last - 1; cell >= first; cell--)
            {
                string before = cell == first && i > 0 ? vocabulary[characters[i - 1].Class] : "";
                int found = _classes[(int)MarkIn(grid, cell, before, crop.Stretch)];
                if (found > 0)
                {
                    characters.Insert(i, Between(characters, i, found, grid.MiddleOf(cell)));
                }
            }
        }
    }

    private bool IsJapanese(List<DecodedCharacter> characters)
    {
        int japanese = 0;
        foreach (DecodedCharacter character in characters)
        {
            // From the symbols and punctuation of CJK on; half-width forms come after them.
            japanese += vocabulary[character.Class] is [>= '\u3000' and < '\uFF00', ..] ? 1 : 0;
        }

        return japanese > 0 && japanese >= characters.Count * ShareOfJapanese;
    }

    private ColumnGrid? FitGrid(List<DecodedCharacter> characters)
    {
        _positions.Clear();
        foreach (DecodedCharacter character in characters)
        {
            _positions.Add((character.FirstStep + character.LastStep + 1) * ColumnsPerStep / 2f);
        }

        CollectionsMarshal.SetCount(_cells, characters.Count);
        return ColumnGrid.Fit(CollectionsMarshal.AsSpan(_positions), CollectionsMarshal.AsSpan(_cells));
    }

    private LostMark MarkIn(ColumnGrid grid, int cell, string before, float stretch)
    {
        float middle = grid.MiddleOf(cell);
        float reach = grid.Pitch * Reach;
        (int total, InkBlot largest) = (0, default);
        foreach (InkBlot blot in _ink.Take((int)(middle - reach), (int)(middle + reach), stretch))
        {
            if (MathF.Abs(blot.MiddleAlong - middle) <= grid.Pitch / 2)
            {
                total += blot.Pixels;
                largest = blot.Pixels > largest.Pixels ? blot : largest;
            }
        }

        if (total == 0 || total - largest.Pixels > largest.Pixels * Specks)
        {
            return LostMark.None;
        }

        LostMark mark = LostMarkShapes.Of(largest, middle, grid.Pitch);
        return CanFollow(before, mark) ? mark : LostMark.None;
    }

    /// <summary>
    /// A bar that does not follow a kana is a rule or a dash; what follows a katakana is a small katakana, and which one
    /// its shape does not tell.
    /// </summary>
    private static bool CanFollow(string before, LostMark mark) =>
        mark switch
        {
            LostMark.LongVowel => before is [>= '\u3041' and <= '\u30FF'],
            LostMark.SmallTsu => before is not [>= '\u30A1' and <= '\u30FF'],
            _ => true,
        };

    /// <summary>A mark between two characters, as sure as the less sure of them: it was not read, they were.</summary>
    private static DecodedCharacter Between(List<DecodedCharacter> characters, int index, int mark, float middle)
    {
        float before = index > 0 ? characters[index - 1].Probability : 1;
        float after = index < characters.Count ? characters[index].Probability : 1;
        int step = (int)(middle / ColumnsPerStep);
        return new DecodedCharacter(mark, MathF.Min(before, after), step, step);
    }
}
