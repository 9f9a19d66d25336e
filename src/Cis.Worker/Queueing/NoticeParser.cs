using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Worker.Queueing;

/// <summary>
/// Understands the bodies of messages: the old worker's own form, S3 event notifications, EventBridge's "Object
/// Created", and SNS envelopes around any of them.
/// </summary>
internal static class NoticeParser
{
    // SNS around EventBridge around nothing deeper: three are more than any set-up makes.
    private const int MaxEnvelopes = 3;

    // S3's own limit on a key, in bytes of UTF-8.
    private const int MaxKeyBytes = 1024;

    /// <summary>The files that a message speaks of.</summary>
    /// <param name="body">The message's body.</param>
    /// <param name="defaultBucket">The bucket of notices that name none.</param>
    /// <returns>At least one; none for S3's test event and for events other than an object's creation.</returns>
    /// <exception cref="ReadException"><see cref="Outcome.BadMessage"/>, with what is wrong with it.</exception>
    internal static IReadOnlyList<FileNotice> Parse(string body, string? defaultBucket)
    {
        try
        {
            return Parse(body, defaultBucket, envelopes: 0);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair: JSON allows what no text can be made of.
            throw new ReadException(Outcome.BadMessage, "the message holds characters that are none", e);
        }
    }

    private static IReadOnlyList<FileNotice> Parse(string body, string? defaultBucket, int envelopes)
    {
        using JsonDocument json = ParseJson(body);
        JsonElement root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            Refuse("the body is no JSON object");
        }

        if (TryGetText(root, "Message", out string? inner) && root.TryGetProperty("Type", out _))
        {
            return envelopes < MaxEnvelopes
                ? Parse(inner, defaultBucket, envelopes + 1)
                : Refuse("the body is wrapped in too many envelopes");
        }

        if (root.TryGetProperty("Records", out JsonElement records))
        {
            return ParseRecords(records);
        }

        if (
            root.TryGetProperty("detail", out JsonElement detail)
            && root.TryGetProperty("detail-type", out JsonElement type)
        )
        {
            return ParseEventBridge(detail, type);
        }

        return TryGetText(root, "Event", out string? name) && name == "s3:TestEvent"
            ? []
            : [ParseOwn(root, defaultBucket)];
    }

    private static JsonDocument ParseJson(string body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new ReadException(Outcome.BadMessage, $"the message's body is no JSON: {e.Message}", e);
        }
    }

    private static FileNotice ParseOwn(JsonElement root, string? defaultBucket)
    {
        string key = RequireText(root, "s3Key");
        string bucket = TextOf(root, "s3Bucket") ?? defaultBucket ?? MissingBucket();
        return Check(
            new FileNotice(new ObjectReference(bucket, key, TextOf(root, "s3VersionId")))
            {
                FileId = TextOf(root, "fileId"),
                FileName = TextOf(root, "fileName"),
                FileSize = NumberOf(root, "fileSize"),
                MimeType = TextOf(root, "mimeType"),
                LastModified = MomentOf(root, "lastModified"),
            }
        );
    }

    private static List<FileNotice> ParseRecords(JsonElement records)
    {
        if (records.ValueKind != JsonValueKind.Array || records.GetArrayLength() == 0)
        {
            Refuse("\"Records\" is no list with records in it");
        }

        var notices = new List<FileNotice>();
        foreach (JsonElement record in records.EnumerateArray())
        {
            // A notice of a removal has nothing to read.
            if (
                !TryGetText(record, "eventName", out string? name)
                || name.Contains("ObjectCreated", StringComparison.Ordinal)
            )
            {
                AddFile(ParseRecord(record), notices);
            }
        }

        return notices;
    }

    // What S3's console makes for a folder is an empty object whose key ends so.
    private static void AddFile(FileNotice notice, List<FileNotice> notices)
    {
        if (!notice.Object.Key.EndsWith('/') || notice.FileSize is not 0)
        {
            notices.Add(notice);
        }
    }

    private static FileNotice ParseRecord(JsonElement record)
    {
        JsonElement s3 = Require(record, "s3");
        JsonElement item = Require(s3, "object");
        // In these notices, and only in these, the key is encoded as in a web form: a space is a plus.
        string key = WebUtility.UrlDecode(RequireText(item, "key"));
        string bucket = RequireText(Require(s3, "bucket"), "name");
        return Check(
            new FileNotice(new ObjectReference(bucket, key, TextOf(item, "versionId")))
            {
                FileSize = NumberOf(item, "size"),
                Sequencer = TextOf(item, "sequencer"),
            }
        );
    }

    private static IReadOnlyList<FileNotice> ParseEventBridge(JsonElement detail, JsonElement type)
    {
        if (type.ValueKind != JsonValueKind.String || type.GetString() != "Object Created")
        {
            return [];
        }

        JsonElement item = Require(detail, "object");
        string bucket = RequireText(Require(detail, "bucket"), "name");
        return
        [
            Check(
                new FileNotice(new ObjectReference(bucket, RequireText(item, "key"), TextOf(item, "version-id")))
                {
                    FileSize = NumberOf(item, "size"),
                    Sequencer = TextOf(item, "sequencer"),
                }
            ),
        ];
    }

    private static FileNotice Check(FileNotice notice)
    {
        int bytes = Encoding.UTF8.GetByteCount(notice.Object.Key);
        return bytes <= MaxKeyBytes
            ? notice
            : throw new ReadException(
                Outcome.BadMessage,
                $"the message's key has {bytes} bytes, and no object's key has more than {MaxKeyBytes}"
            );
    }

    private static JsonElement Require(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object
        && parent.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.Object
            ? value
            : throw new ReadException(Outcome.BadMessage, $"the message has no \"{name}\" where a notice has it");

    private static string RequireText(JsonElement parent, string name) =>
        TryGetText(parent, name, out string? text)
            ? text
            : throw new ReadException(Outcome.BadMessage, $"the message has no \"{name}\", so it names no file");

    private static string? TextOf(JsonElement parent, string name)
    {
        if (TryGetText(parent, name, out string? text))
        {
            return text;
        }

        // Senders write ids as numbers, too.
        bool isNumber =
            parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.Number;
        return isNumber ? parent.GetProperty(name).GetRawText() : null;
    }

    private static bool TryGetText(JsonElement parent, string name, [NotNullWhen(true)] out string? text)
    {
        text =
            parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out JsonElement value)
            && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        return !string.IsNullOrEmpty(text);
    }

    private static long? NumberOf(JsonElement parent, string name) =>
        long.TryParse(TextOf(parent, name), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : null;

    private static string? MomentOf(JsonElement parent, string name)
    {
        if (TextOf(parent, name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long epoch))
        {
            return MomentOf(epoch);
        }

        bool isDate = DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset moment
        );
        bool isIso =
            text.Length >= 10 && text[4] == '-' && text[7] == '-' && !text.Contains(' ', StringComparison.Ordinal);
        return !isDate ? null
            : isIso ? text
            : moment.ToString("O", CultureInfo.InvariantCulture);
    }

    // Seconds reach twelve digits in the year 5138, milliseconds had them in 1973.
    private static string? MomentOf(long epoch)
    {
        long milliseconds = epoch < 100_000_000_000 ? epoch * 1000 : epoch;
        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("O", CultureInfo.InvariantCulture)
            : null;
    }

    private static string MissingBucket() =>
        throw new ReadException(
            Outcome.BadMessage,
            "the message names no bucket and none is set: set S3_BUCKET (s3-bucket)"
        )
        {
            Code = "no bucket",
        };

    [DoesNotReturn]
    private static IReadOnlyList<FileNotice> Refuse(string what) =>
        throw new ReadException(Outcome.BadMessage, $"the message is of no form that cis knows: {what}");
}
