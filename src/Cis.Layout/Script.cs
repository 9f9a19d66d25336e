namespace Cis.Layout;

/// <summary>What a script asks of the text around it.</summary>
internal static class Script
{
    /// <summary>Written without spaces between words: kana, ideographs, their punctuation and full-width forms.</summary>
    public static bool IsSpaceless(char c) =>
        c
            is (>= '\u2E80' and <= '\u9FFF') // radicals, punctuation, kana, Bopomofo, ideographs
                or (>= '\uF900' and <= '\uFAFF') // compatibility ideographs
                or (>= '\uFE30' and <= '\uFE4F') // vertical forms
                or (>= '\uFF00' and <= '\uFFEF') // full-width and half-width forms
                or (>= '\uD840' and <= '\uDFFF'); // surrogates of the ideographic planes

    /// <summary>Written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko, and their presentation forms.</summary>
    public static bool IsRightToLeft(char c) =>
        c is (>= '\u0590' and <= '\u08FF') or (>= '\uFB1D' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFC');
}
