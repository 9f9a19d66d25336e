namespace Cis.Documents.Pdf;

/// <summary>Questions about characters that decide spaces and lines.</summary>
internal static class CharacterKind
{
    /// <summary>Written without spaces: Chinese and Japanese, their punctuation and full-width forms.</summary>
    internal static bool IsCjk(int c) =>
        c
            is >= 0x2E80
                and <= 0x9FFF
                or >= 0xF900
                and <= 0xFAFF
                or >= 0xFE30
                and <= 0xFE4F
                or >= 0xFF00
                and <= 0xFFEF
                or >= 0x20000
                and <= 0x3FFFF;

    /// <summary>Hebrew, Arabic and their kin, whose lines run to the left.</summary>
    internal static bool IsRightToLeft(int c) =>
        c is >= 0x0590 and <= 0x08FF or >= 0xFB1D and <= 0xFDFF or >= 0xFE70 and <= 0xFEFC;

    internal static bool IsSpace(int c) =>
        c is ' ' or '\t' or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A) or 0x202F or 0x205F or 0x3000;

    internal static bool IsLineBreak(int c) => c is '\r' or '\n' or 0x0B or 0x0C or 0x85 or 0x2028 or 0x2029;

    /// <summary>Marks without a glyph: zero-width spaces and joiners, direction marks, the byte order mark.</summary>
    internal static bool IsInvisible(int c) =>
        c is (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or 0x2060 or 0xFEFF;

    /// <summary>No character that a person could have typed: the font does not say what its glyphs mean.</summary>
    internal static bool IsUnmapped(int c) =>
        c
            is 0xFFFD
                or < 0x20
                or (>= 0x7F and < 0xA0)
                or (>= 0xD800 and <= 0xDFFF)
                or (>= 0xE000 and <= 0xF8FF)
                or >= 0xF0000;

    /// <summary>The letters of a Latin ligature, or null.</summary>
    internal static string? LettersOf(int c) =>
        c switch
        {
            0xFB00 => "ff",
            0xFB01 => "fi",
            0xFB02 => "fl",
            0xFB03 => "ffi",
            0xFB04 => "ffl",
            0xFB05 or 0xFB06 => "st",
            _ => null,
        };
}
