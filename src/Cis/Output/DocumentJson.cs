using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker;

namespace Cis.Output;

/// <summary>
/// A document as a JSON object, exactly as docs/ocr.schema.json has it. Written member by member, so that a document
/// of a thousand pages needs no second copy in memory.
/// </summary>
internal static class DocumentJson
{
    /// <summary>Text stays readable: only what JSON itself forbids is escaped.</summary>
    internal static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    // A hundredth of a point of confidence and a tenth of a pixel are finer than either is meant.
    private const int ConfidenceDigits = 4;
    private const int PixelDigits = 1;

    internal static void Write(Utf8JsonWriter json, ReadDocument document)
    {
        DocumentText text = document.Text;
        json.WriteStartObject();
        json.WriteString("path", document.Path);
        json.WriteString("outcome", NameOf(text.Outcome));
        json.WriteString("reason", text.Reason);
        json.WriteString("mime_type", text.MimeType);
        json.WriteNumber("page_count", text.PageCount);
        WritePages(json, text.Pages);
        json.WriteString("text", text.Text);
        WriteTiming(json, text.Timing);
        json.WriteEndObject();
    }

    /// <summary>An outcome as it is written in JSON: <c>unsupported-type</c>.</summary>
    internal static string NameOf(Outcome outcome) => OutcomePolicy.NameOf(outcome);

    private static void WritePages(Utf8JsonWriter json, IReadOnlyList<PageResult> pages)
    {
        json.WriteStartArray("pages");
        foreach (PageResult page in pages)
        {
            WritePage(json, page);
        }

        json.WriteEndArray();
    }

    private static void WritePage(Utf8JsonWriter json, PageResult page)
    {
        json.WriteStartObject();
        json.WriteNumber("number", page.Number);
        json.WriteString("outcome", NameOf(page.Outcome));
        if (page.Text is { } text)
        {
            json.WriteString("source", NameOf(text.Source));
            json.WriteNumber("width", text.Width);
            json.WriteNumber("height", text.Height);
            json.WriteNumber("rotation", text.Rotation);
            RemarksJson.Write(json, text.Remarks);
            json.WriteString("text", text.Text);
            WriteLines(json, text);
            WriteTables(json, text.Tables);
        }

        json.WriteEndObject();
    }

    /// <summary>Where text was read, in the words of docs/ocr.schema.json.</summary>
    internal static string NameOf(TextSource source) =>
        source switch
        {
            TextSource.Ocr => "ocr",
            TextSource.TextLayer => "text-layer",
            TextSource.Mixed => "mixed",
            _ => throw new UnreachableException(),
        };

    private static void WriteLines(Utf8JsonWriter json, PageText page)
    {
        json.WriteStartArray("lines");
        foreach (TextLine line in page.Lines)
        {
            json.WriteStartObject();
            WriteTextAndBox(json, line.Text, line.Confidence, line.Box);
            if (page.Source == TextSource.Mixed)
            {
                // On other pages it is the page's.
                json.WriteString("source", NameOf(line.Source));
            }

            json.WriteStartArray("words");
            foreach (TextWord word in line.Words)
            {
                json.WriteStartObject();
                WriteTextAndBox(json, word.Text, word.Confidence, word.Box);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTables(Utf8JsonWriter json, IReadOnlyList<TextTable> tables)
    {
        if (tables.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tables");
        foreach (TextTable table in tables)
        {
            json.WriteStartObject();
            json.WriteNumber("columns", table.Columns);
            WriteBox(json, table.Box);
            json.WriteStartArray("rows");
            foreach (IReadOnlyList<TextCell> row in table.Rows)
            {
                WriteRow(json, row);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter json, IReadOnlyList<TextCell> row)
    {
        json.WriteStartArray();
        foreach (TextCell cell in row)
        {
            json.WriteStartObject();
            json.WriteNumber("column", cell.Column);
            json.WriteString("text", cell.Text);
            WriteBox(json, cell.Box);
            json.WritePropertyName("lines");
            json.WriteRawValue($"[{string.Join(',', cell.Lines)}]");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteTextAndBox(Utf8JsonWriter json, string text, float confidence, Quad box)
    {
        json.WriteString("text", text);
        json.WriteNumber("confidence", Rounded(confidence, ConfidenceDigits));
        WriteBox(json, box);
    }

    private static void WriteBox(Utf8JsonWriter json, Quad box)
    {
        json.WritePropertyName("box");
        // Raw, since indented output would give each coordinate a line of its own.
        json.WriteRawValue(
            $"[{Corner(box.TopLeft)},{Corner(box.TopRight)},{Corner(box.BottomRight)},{Corner(box.BottomLeft)}]"
        );
    }

    private static string Corner(PagePoint point) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"[{Rounded(point.X, PixelDigits)},{Rounded(point.Y, PixelDigits)}]"
        );

    // A hostile text layer can place text at infinity, which JSON cannot say.
    private static decimal Rounded(float value, int digits) =>
        float.IsFinite(value) ? Math.Round((decimal)Math.Clamp(value, -1e9f, 1e9f), digits) : 0;

    private static void WriteTiming(Utf8JsonWriter json, DocumentTiming timing)
    {
        json.WriteStartObject("timing");
        WriteMilliseconds(json, "elapsed_ms", timing.Elapsed);
        WriteStage(json, "open_ms", timing, Stage.Open);
        WriteStage(json, "render_ms", timing, Stage.Render);
        WriteStage(json, "text_layer_ms", timing, Stage.TextLayer);
        WriteStage(json, "detect_ms", timing, Stage.Detect);
        WriteStage(json, "orient_ms", timing, Stage.Orient);
        WriteStage(json, "recognize_ms", timing, Stage.Recognize);
        WriteStage(json, "order_ms", timing, Stage.Order);
        json.WriteEndObject();
    }

    private static void WriteStage(Utf8JsonWriter json, string name, DocumentTiming timing, Stage stage) =>
        WriteMilliseconds(json, name, timing.Stages[(int)stage]);

    private static void WriteMilliseconds(Utf8JsonWriter json, string name, TimeSpan time) =>
        json.WriteNumber(name, Math.Round((decimal)time.TotalMilliseconds, 1));
}
