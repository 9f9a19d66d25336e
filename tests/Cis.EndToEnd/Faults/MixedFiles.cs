using System.Text.Json;

namespace Cis.EndToEnd.Faults;

/// <summary>
/// Files as they come: mostly born-digital PDFs, each with a text of its own, a few scans and pictures, and some that
/// cannot be read. What the made ones hold is known; of the others <c>cis ocr</c> says it beforehand.
/// </summary>
internal static class MixedFiles
{
    private static readonly string[] Samples =
    [
        "photo.jpg",
        "japanese.png",
        "born-digital.pdf",
        "japanese-born-digital.pdf",
        "encrypted.pdf",
        "images/color.avif",
        "images/color.bmp",
        "images/color.gif",
        "images/bilevel.tif",
        "images/color.webp",
    ];

    // Of ../shared/data/robust, where that is: bombs, loops, lies and cuts, each read or refused within a second.
    private static readonly string[] Hostile =
    [
        "pdf/made/enc_user_pw_aes256.pdf",
        "pdf/made/html_named.pdf",
        "pdf/made/huge_page_5000in.pdf",
        "pdf/made/leading_garbage_2k.pdf",
        "pdf/made/page_count_lie_1e9.pdf",
        "pdf/made/page_tree_loop.pdf",
        "pdf/made/pages_2000_tiny.pdf",
        "pdf/made/scan_truncated.pdf",
        "pdf/made/zero_pages.pdf",
        "pdf/qpdf/append-xref-loop.pdf",
        "pdf/qpdf/bad12.pdf",
        "pdf/qpdf/broken-lzw.pdf",
        "image/libvips/17000x17000.avif",
        "image/libvips/rgba-correct.ppm",
    ];

    private static readonly string[] Words =
    [
        "harbour",
        "ledger",
        "granite",
        "orchard",
        "signal",
        "copper",
        "winter",
        "station",
        "parcel",
        "bridge",
        "lantern",
        "survey",
        "tariff",
        "meadow",
        "engine",
        "quarry",
    ];

    /// <summary>So many files.</summary>
    /// <param name="count">All together.</param>
    internal static IReadOnlyList<FaultFile> Make(int count)
    {
        List<FaultFile> files = [.. ReadBeforehand(), .. Unreadable()];
        int made = count - files.Count;
        files.AddRange(Enumerable.Range(0, made).Select(number => Letter($"letters/{number:000}.pdf", number)));
        // So that what is slow or hostile does not come all at once.
        return [.. files.Select((file, i) => (file, i)).OrderBy(pair => pair.i * 37 % count).Select(pair => pair.file)];
    }

    /// <summary>A born-digital PDF whose text no other number has.</summary>
    internal static FaultFile Letter(string key, int number, int padding = 0)
    {
        string[] lines =
        [
            $"Letter number {number} of the series",
            $"{WordOf(number)} {WordOf(number / 3)} {WordOf(number / 7)} {WordOf(number * 5 + 1)}",
            $"Filed under {number * 7919 % 100_000}",
        ];
        return new FaultFile(key, TextPdf.Of(lines, padding)) { Text = string.Join(' ', lines) };
    }

    private static string WordOf(int number) => Words[number % Words.Length];

    private static FaultFile[] Unreadable() =>
        [
            new("unreadable/empty.pdf", []) { Outcome = "corrupt" },
            new("unreadable/cut.pdf", Letter("", 0).Content![..200]) { Outcome = "corrupt" },
            new("unreadable/noise.pdf", Noise()) { Outcome = "corrupt" },
            new("unreadable/broken.png", [0x89, .. "PNG\r\n\x1a\nno chunk"u8]) { Outcome = "corrupt" },
            new("unreadable/words.txt", "words in no format\n"u8.ToArray()) { Outcome = "unsupported-type" },
            new("unreadable/missing.pdf", Content: null) { Outcome = "object-missing" },
            new("unreadable/missing too.pdf", Content: null) { Outcome = "object-missing" },
        ];

    private static byte[] Noise()
    {
        byte[] noise = new byte[3000];
        new Random(1).NextBytes(noise);
        return noise;
    }

    /// <summary>Samples of tests/data.</summary>
    internal static FaultFile[] Sample(params string[] names) => ReadBeforehand([.. names.Select(Repository.Sample)]);

    private static FaultFile[] ReadBeforehand()
    {
        string hostile = Path.Combine(Aws.Tests.Support.Repository.SharedServers, "..", "data", "robust");
        return
        [
            .. Sample(Samples),
            .. ReadBeforehand([.. Hostile.Select(name => Path.Combine(hostile, name)).Where(File.Exists)]),
        ];
    }

    private static FaultFile[] ReadBeforehand(string[] paths)
    {
        if (paths.Length == 0)
        {
            return [];
        }

        var run = ProgramRun.Of(Repository.PackedFile(), ["ocr", "--format", "ndjson", .. paths]);
        string[] documents = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(paths.Length, documents.Length);
        return [.. documents.Select((document, i) => ReadBeforehand(paths[i], JsonElement.Parse(document)))];
    }

    private static FaultFile ReadBeforehand(string path, JsonElement document)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(path))!;
        var file = new FaultFile($"{folder}/{Path.GetFileName(path)}", File.ReadAllBytes(path));
        string outcome = document.GetProperty("outcome").GetString()!;
        return outcome is "ok" or "partial"
            ? file with
            {
                Text = FaultFile.Normalize(document.GetProperty("text").GetString()!),
            }
            : file with
            {
                Outcome = outcome,
            };
    }
}
