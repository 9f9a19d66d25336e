using System.Globalization;
using System.Text;
using System.Text.Json;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;

namespace Cis.Worker.Indexing;

/// <summary>What happens to a document whose JSON is larger than the index accepts.</summary>
public enum OversizePolicy
{
    /// <summary>Its whole text is stored page by page in a nested field.</summary>
    Split,

    /// <summary>Its text is cut, and marked as truncated.</summary>
    Truncate,

    /// <summary>It fails as too large.</summary>
    Fail,
}

/// <summary>Makes the document for a file that was read, or that could not be read.</summary>
internal sealed class RecordBuilder(WorkerOptions options, TimeProvider time)
{
    // Quotes, backslashes and controls take more bytes in JSON than in the text.
    private const double TruncatedShare = 0.8;

    /// <summary>Builds the document.</summary>
    /// <param name="notification">What the message said.</param>
    /// <param name="facts">What the store said; null if the object was not fetched.</param>
    /// <param name="text">What was read.</param>
    /// <param name="message">The message.</param>
    /// <param name="elapsed">The time since the message's receipt.</param>
    /// <exception cref="ReadException">It is larger than the index takes, and that is set to be a failure.</exception>
    internal IndexDocument Build(
        FileNotification notification,
        ObjectFacts? facts,
        DocumentText text,
        QueueMessage message,
        TimeSpan elapsed
    )
    {
        FileRecord record = Describe(notification, facts, text, elapsed);
        return new IndexDocument(
            DocumentKey.IdOf(record.FileId),
            DocumentKey.VersionOf(notification, facts, message.SentAt),
            record,
            Serialize(record)
        );
    }

    private FileRecord Describe(FileNotification notification, ObjectFacts? facts, DocumentText text, TimeSpan elapsed)
    {
        string whole = text.Text;
        return new FileRecord
        {
            FileId = notification.Id,
            S3Bucket = notification.Object.Bucket,
            S3Key = notification.Object.Key,
            S3VersionId = facts?.VersionId ?? notification.Object.VersionId,
            S3Etag = facts?.ETag,
            FileName = notification.Name,
            FileSize = notification.FileSize ?? facts?.Length,
            MimeType = notification.MimeType ?? text.MimeType ?? facts?.ContentType,
            ExtractedText = whole,
            TextLength = CodePoints(whole),
            LastModified = notification.LastModified ?? Written(facts?.LastModified),
            IndexedAt = Written(time.GetUtcNow())!,
            PageCount = text.PageCount,
            PagesFailed = text.Pages.Count(page => page.Outcome != Outcome.Ok),
            PagesPartial = NullIfZero(text.Pages.Count(page => page.IsPartlyRead)),
            UnreadLines = NullIfZero(text.Pages.Sum(page => page.Text?.Remarks.UnreadLines ?? 0)),
            TextSource = SourceOf(text.Pages),
            Language = LanguageGuess.Of(whole),
            OcrConfidence = ConfidenceOf(text.Pages),
            WorkerVersion = options.WorkerVersion,
            ProcessingMs = (long)elapsed.TotalMilliseconds,
            Outcome = text.Outcome == Outcome.Ok ? null : OutcomePolicy.NameOf(text.Outcome),
            Reason = text.Outcome == Outcome.Ok ? null : text.Reason,
            TextByPage = PagesOf(text.Pages),
        };
    }

    private byte[] Serialize(FileRecord record)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(record, FileRecordJson.Readable.FileRecord);
        if (json.Length <= options.MaxDocumentBytes)
        {
            return json;
        }

        return options.Oversize switch
        {
            OversizePolicy.Split => Checked(record with { ExtractedText = "", Pages = record.TextByPage }),
            OversizePolicy.Truncate => Checked(Truncate(record)),
            _ => throw TooLarge(json.Length),
        };
    }

    private byte[] Checked(FileRecord record)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(record, FileRecordJson.Readable.FileRecord);
        // Splitting parts the text over many values, it does not make it less: the hard limit is the request's.
        return json.Length <= options.MaxRequestBytes ? json : throw TooLarge(json.Length);
    }

    private FileRecord Truncate(FileRecord record)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(record.ExtractedText);
        int kept = (int)Math.Min(bytes.Length, options.MaxDocumentBytes * TruncatedShare);
        while (kept > 0 && kept < bytes.Length && (bytes[kept] & 0xC0) == 0x80)
        {
            kept--; // inside a character
        }

        return record with
        {
            ExtractedText = Encoding.UTF8.GetString(bytes, 0, kept),
            Truncated = true,
        };
    }

    private ReadException TooLarge(long bytes) =>
        new(
            Outcome.TooLarge,
            $"its document has {bytes} bytes, and the index takes {options.MaxDocumentBytes} (document-bytes, oversize)"
        );

    private static int? NullIfZero(int count) => count == 0 ? null : count;

    private static int CodePoints(string text) => text.Length - text.Count(char.IsLowSurrogate);

    private static string? Written(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string? SourceOf(IReadOnlyList<PageResult> pages)
    {
        bool ocr = pages.Any(page => page.Text?.Source is Pages.TextSource.Ocr or Pages.TextSource.Mixed);
        bool layer = pages.Any(page => page.Text?.Source is Pages.TextSource.TextLayer or Pages.TextSource.Mixed);
        return ocr && layer ? "mixed"
            : ocr ? "ocr"
            : layer ? "text-layer"
            : null;
    }

    private static float? ConfidenceOf(IReadOnlyList<PageResult> pages)
    {
        double sum = 0;
        long characters = 0;
        foreach (PageResult page in pages)
        {
            if (page.Text is not { Source: Pages.TextSource.Ocr or Pages.TextSource.Mixed } text)
            {
                continue;
            }

            foreach (TextLine line in text.Lines)
            {
                if (text.Source == Pages.TextSource.Mixed && line.Source != Pages.TextSource.Ocr)
                {
                    continue;
                }

                sum += (double)line.Confidence * line.Text.Length;
                characters += line.Text.Length;
            }
        }

        return characters == 0 ? null : (float)Math.Round(sum / characters, 4);
    }

    private static PageRecord[] PagesOf(IReadOnlyList<PageResult> pages) =>
        [
            .. pages
                .Where(page => !string.IsNullOrEmpty(page.Text?.Text))
                .Select(page => new PageRecord(page.Number, page.Text!.Text)),
        ];
}
