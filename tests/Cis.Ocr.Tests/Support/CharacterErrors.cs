namespace Cis.Ocr.Tests.Support;

/// <summary>The character error rate: the least number of edits from the text read to the one expected, by its length.</summary>
internal static class CharacterErrors
{
    /// <summary>The rate, where a line's end is as good as a space; in Japanese, as good as nothing.</summary>
    public static double Rate(string expected, string actual)
    {
        string lineEnd = expected.Any(c => c > '\u3000') ? "" : " ";
        expected = Normalize(expected, lineEnd);
        actual = Normalize(actual, lineEnd);
        return Distance(expected, actual) / (double)expected.Length;
    }

    /// <summary>The text that a sample of tests/data holds.</summary>
    public static string ExpectedOf(string document) =>
        File.ReadAllText(TestFiles.Data(Path.ChangeExtension(document, ".expected.txt")));

    private static string Normalize(string text, string lineEnd) =>
        string.Join(lineEnd, text.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        foreach (char c in a)
        {
            int diagonal = row[0]++;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (b[j - 1] == c ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
