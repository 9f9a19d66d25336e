namespace Cis.Worker.Indexing;

/// <summary>Guesses the main language of a text by its script, well enough to filter searches.</summary>
internal static class LanguageGuess
{
    /// <summary><c>ja</c>, <c>en</c> for Latin script, or null if there are no letters of either.</summary>
    internal static string? Of(string text)
    {
        int japanese = 0;
        int latin = 0;
        foreach (char c in text)
        {
            // Kana, ideographs with their extension A, compatibility ideographs, half-width kana.
            if (
                c
                is (>= '\u3041' and <= '\u30FF')
                    or (>= '\u3400' and <= '\u9FFF')
                    or (>= '\uF900' and <= '\uFAFF')
                    or (>= '\uFF66' and <= '\uFF9D')
            )
            {
                japanese++;
            }
            else if (c is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '\u00C0' and <= '\u024F'))
            {
                latin++;
            }
        }

        // A Japanese character says as much as two or three letters do.
        return japanese == 0 && latin == 0 ? null
            : 2 * japanese >= latin ? "ja"
            : "en";
    }
}
