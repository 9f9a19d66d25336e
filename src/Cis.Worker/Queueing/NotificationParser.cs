using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Worker.Queueing;

/// <summary>
/// Understands the bodies of messages: the old worker's own form, S3 event notifications, the same through EventBridge,
/// and SNS envelopes around any of them. A body that is none of these is a bad message, and never passed over.
/// </summary>
internal static class NotificationParser
{
    // SNS around EventBridge around nothing deeper: three are more than any set-up makes.
    private const int MaxEnvelopes = 3;

    // S3's own limit on a key, in bytes of UTF-8.
    private const int MaxKeyBytes = 1024;

    /// <summary>The files that a message names.</summary>
    /// <param name="body">The message's body.</param>
    /// <param name="defaultBucket">The bucket for notifications that do not name one.</param>
    /// <returns>
    /// Those that can be read now: created or restored. None for what else S3 tells of: its test event, removals, tags,
    /// lifecycle, and markers of folders.
    /// </returns>
    /// <exception cref="ReadException"><see cref="Outcome.BadMessage"/>, with what is wrong with it.</exception>
    internal static IReadOnlyList<FileNotification> Parse(string body, string? defaultBucket)
    {
        try
        {
            return Parse(body, defaultBucket, envelopes: 0);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half of a surrogate pair: JSON allows what no text can be made of.
            throw new ReadException(
                Outcome.BadMessage,
                "a text in the message holds half of a surrogate pair, such as \\ud800, which is no character",
                e
            );
        }
    }

    private static IReadOnlyList<FileNotification> Parse(string body, string? defaultBucket, int envelopes)
    {
        using JsonDocument json = ParseJson(body);
        JsonElement root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            Refuse("the body is not a JSON object");
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

        if (root.TryGetProperty("detail", out JsonElement detail) && root.TryGetProperty("detail-type", out _))
        {
            return ParseEventBridge(root, detail);
        }

        var notifications = new List<FileNotification>();
        if (!TryGetText(root, "Event", out string? name) || name != "s3:TestEvent")
        {
            AddFile(ParseOwn(root, defaultBucket), notifications);
        }

        return notifications;
    }

    private static JsonDocument ParseJson(string body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new ReadException(Outcome.BadMessage, $"the message's body is not JSON: {e.Message}", e);
        }
    }

    private static FileNotification ParseOwn(JsonElement root, string? defaultBucket)
    {
        string key = RequireText(root, "s3Key");
        string bucket = TextOf(root, "s3Bucket") ?? defaultBucket ?? MissingBucket();
        return Check(
            new FileNotification(new ObjectReference(bucket, key, TextOf(root, "s3VersionId")))
            {
                FileId = TextOf(root, "fileId"),
                FileName = TextOf(root, "fileName"),
                FileSize = NumberOf(root, "fileSize"),
                MimeType = TextOf(root, "mimeType"),
                LastModified = MomentOf(root, "lastModified"),
            }
        );
    }

    private static List<FileNotification> ParseRecords(JsonElement records)
    {
        if (records.ValueKind != JsonValueKind.Array || records.GetArrayLength() == 0)
        {
            Refuse("\"Records\" is not a list of records");
        }

        var notifications = new List<FileNotification>();
        foreach (JsonElement record in records.EnumerateArray())
        {
            if (!IsOfS3(record))
            {
                Refuse("a record in \"Records\" is not one of S3's");
            }

            if (!TryGetText(record, "eventName", out string? name) || BringsObject(name))
            {
                AddFile(ParseRecord(record), notifications);
            }
        }

        return notifications;
    }

    // Stores that speak S3's protocol name themselves: minio:s3, ceph:s3.
    private static bool IsOfS3(JsonElement record) =>
        TryGetText(record, "eventSource", out string? source)
            ? source.EndsWith(":s3", StringComparison.Ordinal)
            : record.ValueKind == JsonValueKind.Object && record.TryGetProperty("s3", out _);

    // Some stores put "s3:" before the name. What else S3 tells of (removals, tags, lifecycle) has nothing to read.
    private static bool BringsObject(string eventName) =>
        eventName.Contains("ObjectCreated:", StringComparison.Ordinal)
        || eventName.EndsWith("ObjectRestore:Completed", StringComparison.Ordinal);

    private static void AddFile(FileNotification notification, List<FileNotification> notifications)
    {
        if (!notification.IsFolderMarker)
        {
            notifications.Add(notification);
        }
    }

    private static FileNotification ParseRecord(JsonElement record)
    {
        JsonElement s3 = Require(record, "s3");
        JsonElement item = Require(s3, "object");
        // In these notifications, and only in these, the key is encoded as in a web form: a space is a plus.
        string key = WebUtility.UrlDecode(RequireText(item, "key"));
        string bucket = RequireText(Require(s3, "bucket"), "name");
        return Check(
            new FileNotification(new ObjectReference(bucket, key, TextOf(item, "versionId")))
            {
                FileSize = NumberOf(item, "size"),
                Sequencer = TextOf(item, "sequencer"),
            }
        );
    }

    private static List<FileNotification> ParseEventBridge(JsonElement root, JsonElement detail)
    {
        string type = RequireText(root, "detail-type");
        // CloudTrail sends events of the same source, of another form.
        if (TextOf(root, "source") is not (null or "aws.s3") || !type.StartsWith("Object ", StringComparison.Ordinal))
        {
            Refuse($"an event \"{type}\" is not one of S3's own");
        }

        var notifications = new List<FileNotification>();
        if (type is "Object Created" or "Object Restore Completed")
        {
            AddFile(ParseDetail(detail), notifications);
        }

        return notifications;
    }

    private static FileNotification ParseDetail(JsonElement detail)
    {
        JsonElement item = Require(detail, "object");
        string bucket = RequireText(Require(detail, "bucket"), "name");
        return Check(
            new FileNotification(new ObjectReference(bucket, RequireText(item, "key"), TextOf(item, "version-id")))
            {
                FileSize = NumberOf(item, "size"),
                Sequencer = TextOf(item, "sequencer"),
            }
        );
    }

    private static FileNotification Check(FileNotification notification)
    {
        int bytes = Encoding.UTF8.GetByteCount(notification.Object.Key);
        return bytes <= MaxKeyBytes
            ? notification
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
            : throw new ReadException(Outcome.BadMessage, $"the message has no \"{name}\" where a notification has it");

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
    private static IReadOnlyList<FileNotification> Refuse(string what) =>
        throw new ReadException(Outcome.BadMessage, $"the message is of no form that cis knows: {what}");
}
