using System.Text.Json;
using Cis.Documents;
using Cis.Layout;
using Cis.Ocr.Rulings;
using Cis.Pages;

namespace Cis.Benchmarks;

/// <summary>The rulings of an image whose lines were read before, turned as these are.</summary>
internal static class PageRulings
{
    /// <summary>Finds them.</summary>
    public static List<Ruling> Of(string image, JsonElement page, List<DirectedLine> lines)
    {
        var reading = new ReadingOptions();
        using var pixels = new PageImage();
        using var reader = new DocumentReader(new LooseLibraries());
        using var source = DocumentSource.FromFile(image, reading.Limits);
        using IDocument document = reader.Open(source, reading);
        document.Read(page.GetProperty("number").GetInt32() - 1, pixels, CancellationToken.None);
        var found = new List<Ruling>();
        new RulingFinder().Find(pixels, lines, found);
        int turns = page.GetProperty("rotation").GetInt32() / 90;
        var size = new PagePoint(pixels.Width, pixels.Height);
        return
        [
            .. found.Select(ruling => new Ruling(
                FoundLines.Turn(ruling.From, turns, size),
                FoundLines.Turn(ruling.To, turns, size)
            )),
        ];
    }
}
