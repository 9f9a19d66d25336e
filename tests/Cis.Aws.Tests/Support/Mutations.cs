namespace Cis.Aws.Tests.Support;

/// <summary>An answer as a service gives it, with some of it changed, the same in each run.</summary>
internal static class Mutations
{
    // What JSON may hold in a place where something else is looked for.
    private static readonly string[] Strange =
    [
        "null",
        "true",
        "[]",
        "{}",
        "[null]",
        "-1",
        "1e999",
        "99999999999999999999",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"\"",
        "\u2028",
    ];

    /// <summary>So many of each, each with one to four changes.</summary>
    internal static IEnumerable<string> Of(string original, int count)
    {
        var random = new Random(12);
        for (int i = 0; i < count; i++)
        {
            string text = original;
            for (int changes = random.Next(1, 5); changes > 0; changes--)
            {
                text = Change(text, random);
            }

            yield return text;
        }
    }

    private static string Change(string text, Random random)
    {
        (int start, int end) = random.Next(3) == 0 ? (random.Next(text.Length + 1), -1) : ValueIn(text, random);
        end = end < 0 ? Math.Min(text.Length, start + random.Next(6)) : end;
        string put = random.Next(4) switch
        {
            0 => "",
            1 => text[start..end] + text[start..end],
            _ => Strange[random.Next(Strange.Length)],
        };
        return string.Concat(text.AsSpan(0, start), put, text.AsSpan(end));
    }

    // A whole value: what stands between a colon, a comma or a bracket and the next of them.
    private static (int Start, int End) ValueIn(string text, Random random)
    {
        int from = text.IndexOfAny(
            [':', ',', '[', '{'],
            random.Next(text.Length + 1) is var at && at < text.Length ? at : 0
        );
        int end = from < 0 ? -1 : text.IndexOfAny([',', ']', '}'], from + 1);
        return end < 0 ? (0, text.Length) : (from + 1, end);
    }
}
