using System.Text.Json;
using Cis.Layout;

namespace Cis.Benchmarks;

/// <summary>
/// Tells the errors of reading order from those of recognition, for a set of pages whose text is known:
/// <c>order TRUTH FOUND [--half even|odd] [--each] [--as-found] [--rulings] [--write FOLDER]</c>. FOUND is the output of
/// <c>cis ocr --format ndjson</c>, whose lines are put in order again (so that a change of the order is measured in
/// seconds, without reading the pages again; rulings are sought in the images), or a folder with a text file a page,
/// which is taken as it is.
/// </summary>
internal static class OrderReport
{
    /// <summary>Prints the figures of each page, if asked, and of all.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        (string truth, string found) = (arguments[0], arguments[1]);
        string? half = OptionOf(arguments, "--half");
        string? folder = OptionOf(arguments, "--write");
        bool asFound = arguments.Contains("--as-found");
        SortedDictionary<string, string> expected = Texts(truth);
        SortedDictionary<string, Func<string>> pages = Directory.Exists(found)
            ? Given(found)
            : Arranged(found, asFound, arguments.Contains("--rulings"));
        var total = default(OrderScore);
        int index = 0;
        foreach ((string name, string text) in expected)
        {
            bool wanted = half is null || half == (index % 2 == 0 ? "even" : "odd");
            index++;
            if (!wanted || !pages.TryGetValue(name, out Func<string>? read))
            {
                continue;
            }

            string arranged = read();
            var score = OrderScore.Of(text, arranged);
            total += score;
            Write(folder, name, arranged);
            if (arguments.Contains("--each"))
            {
                Console.WriteLine($"{name, -32} {score}");
            }
        }

        Console.WriteLine($"{"all", -32} {total}");
        return 0;
    }

    private static string? OptionOf(string[] arguments, string name) =>
        Array.IndexOf(arguments, name) is >= 0 and int i ? arguments[i + 1] : null;

    private static void Write(string? folder, string name, string text)
    {
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, name + ".txt"), text);
        }
    }

    private static SortedDictionary<string, string> Texts(string folder)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(folder, "*.txt"))
        {
            texts.Add(NameOf(file), File.ReadAllText(file));
        }

        return texts;
    }

    private static SortedDictionary<string, Func<string>> Given(string folder)
    {
        var pages = new SortedDictionary<string, Func<string>>(StringComparer.Ordinal);
        foreach ((string name, string text) in Texts(folder))
        {
            pages.Add(name, () => text);
        }

        return pages;
    }

    /// <summary>By the name of the ground truth's file: <c>page.txt</c> or <c>page.expected.txt</c>.</summary>
    private static string NameOf(string file) =>
        Path.GetFileNameWithoutExtension(file).Replace(".expected", "", StringComparison.Ordinal);

    private static SortedDictionary<string, Func<string>> Arranged(string file, bool asFound, bool withRulings)
    {
        var pages = new SortedDictionary<string, Func<string>>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(file))
        {
            JsonElement document = JsonDocument.Parse(line).RootElement;
            string path = document.GetProperty("path").GetString()!;
            pages[Path.GetFileNameWithoutExtension(path)] = () =>
                asFound ? document.GetProperty("text").GetString()! : TextOf(document, withRulings ? path : null);
        }

        return pages;
    }

    private static string TextOf(JsonElement document, string? image)
    {
        var texts = new List<string>();
        foreach (JsonElement page in document.GetProperty("pages").EnumerateArray())
        {
            if (page.TryGetProperty("lines", out JsonElement lines))
            {
                List<DirectedLine> found = FoundLines.Of(page, lines);
                List<Ruling> rulings = image is null ? [] : PageRulings.Of(image, page, found);
                texts.Add(ReadingOrder.Arrange(found, rulings).Text);
            }
        }

        return string.Join("\n\n", texts);
    }
}
