using System.Text.Json;
using Cis.Output;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker;

namespace Cis.Isolation;

/// <summary>
/// Reads back what <c>cis ocr --format ndjson</c> has written of one file: what the index needs, without boxes.
/// </summary>
internal static class DocumentJsonReader
{
    // The pages of a file that is itself within its limits come nowhere near.
    private const long MaxBytes = 1L << 30;

    /// <summary>The document in a file; null if there is none, or none that is whole.</summary>
    internal static DocumentText? TryRead(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MaxBytes)
            {
                return null;
            }

            using var json = JsonDocument.Parse(file);
            return Read(json.RootElement);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || IsOtherForm(e))
        {
            return null;
        }
    }

    // No JSON, a member that is missing, one of another kind, or a number out of its range.
    private static bool IsOtherForm(Exception e) =>
        e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException;

    /// <summary>The same text with a file called by another name in its reason.</summary>
    internal static DocumentText Named(this DocumentText text, string file, string name) =>
        text with
        {
            Reason = text.Reason?.Replace(file, name, StringComparison.Ordinal),
        };

    private static DocumentText Read(JsonElement root) =>
        new(
            OutcomeOf(root),
            TextOf(root, "reason"),
            TextOf(root, "mime_type"),
            root.GetProperty("page_count").GetInt32(),
            [.. root.GetProperty("pages").EnumerateArray().Select(ReadPage)],
            DocumentTiming.None
        );

    private static PageResult ReadPage(JsonElement page)
    {
        Outcome outcome = OutcomeOf(page);
        return new PageResult(
            page.GetProperty("number").GetInt32(),
            outcome,
            TextOf(page, "reason"),
            outcome == Outcome.Ok ? ReadText(page) : null
        );
    }

    private static PageText ReadText(JsonElement page) =>
        new(
            SourceOf(page, TextSource.TextLayer),
            page.GetProperty("width").GetInt32(),
            page.GetProperty("height").GetInt32(),
            page.GetProperty("rotation").GetInt32(),
            TextOf(page, "text") ?? "",
            ReadLines(page),
            []
        )
        {
            Remarks = RemarksJson.Read(page),
        };

    private static TextLine[] ReadLines(JsonElement page)
    {
        TextSource source = SourceOf(page, TextSource.TextLayer);
        return [.. page.GetProperty("lines").EnumerateArray().Select(line => ReadLine(line, source))];
    }

    private static TextLine ReadLine(JsonElement line, TextSource ofPage) =>
        new(
            TextOf(line, "text") ?? "",
            line.GetProperty("confidence").GetSingle(),
            default,
            [],
            SourceOf(line, ofPage)
        );

    private static TextSource SourceOf(JsonElement element, TextSource unnamed) =>
        TextOf(element, "source") switch
        {
            "ocr" => TextSource.Ocr,
            "text-layer" => TextSource.TextLayer,
            "mixed" => TextSource.Mixed,
            _ => unnamed,
        };

    private static Outcome OutcomeOf(JsonElement element) =>
        OutcomePolicy.Parse(TextOf(element, "outcome")) ?? throw new JsonException("it has no known outcome");

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
