using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cis.Worker.Ports;

/// <summary>
/// What the index holds of a file. In JSON the names are those of the index's fields, in snake case; members that are
/// null are left out.
/// </summary>
public sealed record FileRecord
{
    /// <summary>What the file is known by, in full: the document's id unless that would be too long.</summary>
    public required string FileId { get; init; }

    /// <summary>The bucket.</summary>
    public required string S3Bucket { get; init; }

    /// <summary>The key.</summary>
    public required string S3Key { get; init; }

    /// <summary>The version that was read.</summary>
    public string? S3VersionId { get; init; }

    /// <summary>The ETag of what was read, without quotes.</summary>
    public string? S3Etag { get; init; }

    /// <summary>The name to show.</summary>
    public required string FileName { get; init; }

    /// <summary>In bytes; null if neither the notification nor the store said.</summary>
    public long? FileSize { get; init; }

    /// <summary>The media type.</summary>
    public string? MimeType { get; init; }

    /// <summary>The text of all pages; cut only if <see cref="Truncated"/> says so, empty if it is in <see cref="Pages"/>.</summary>
    public required string ExtractedText { get; init; }

    /// <summary>How many characters the text of all pages has, cut or not: code points, as Python counts.</summary>
    public required int TextLength { get; init; }

    /// <summary>When the file was last modified, in ISO 8601.</summary>
    public string? LastModified { get; init; }

    /// <summary>When the text was read, in ISO 8601.</summary>
    public required string IndexedAt { get; init; }

    /// <summary>How many pages the file has.</summary>
    public int PageCount { get; init; }

    /// <summary>How many of them could not be read.</summary>
    public int PagesFailed { get; init; }

    /// <summary>How many pages were read without a good part of what is on them; null if none were.</summary>
    public int? PagesPartial { get; init; }

    /// <summary>How many lines were found on all pages and not read; null if none were.</summary>
    public int? UnreadLines { get; init; }

    /// <summary><c>ocr</c>, <c>text-layer</c> or <c>mixed</c>; null if no page was read.</summary>
    public string? TextSource { get; init; }

    /// <summary>The language that most of the text is in, <c>ja</c> or <c>en</c>; null if there is no text.</summary>
    public string? Language { get; init; }

    /// <summary>Mean confidence of the lines that were read by OCR, weighed by their length, 0 to 1; null if there are none.</summary>
    public float? OcrConfidence { get; init; }

    /// <summary>The version of cis.</summary>
    public required string WorkerVersion { get; init; }

    /// <summary>From the message's receipt to the end of reading.</summary>
    public long ProcessingMs { get; init; }

    /// <summary>How reading ended where it did not end well, such as <c>encrypted</c>; null if all is well.</summary>
    public string? Outcome { get; init; }

    /// <summary>Why, for a person.</summary>
    public string? Reason { get; init; }

    /// <summary>True if the text is cut because the document would have been over the index's limit.</summary>
    public bool? Truncated { get; init; }

    /// <summary>The text page by page, where it is indexed so (large documents).</summary>
    public IReadOnlyList<PageRecord>? Pages { get; init; }

    /// <summary>The text page by page, always; not part of the JSON.</summary>
    [JsonIgnore]
    public IReadOnlyList<PageRecord> TextByPage { get; init; } = [];
}

/// <summary>The text of a page.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">The text.</param>
public sealed record PageRecord(int Number, string Text);

/// <summary>Writes and reads <see cref="FileRecord"/> without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(FileRecord))]
public sealed partial class FileRecordJson : JsonSerializerContext
{
    /// <summary>Writes text as it is: only what JSON itself forbids is escaped, which Japanese would triple by.</summary>
    /// <remarks>Made when first asked for: the order of initializers over the parts of a class is nobody's promise.</remarks>
    public static FileRecordJson Readable =>
        field ??= new(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
}
