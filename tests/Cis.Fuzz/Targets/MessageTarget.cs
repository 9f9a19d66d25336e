using System.Text;
using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Queueing;

namespace Cis.Fuzz.Targets;

/// <summary>Bodies of messages: S3's, EventBridge's, SNS's envelopes around them, and the old worker's own.</summary>
internal sealed class MessageTarget : FuzzTarget
{
    private const int MostKeyBytes = 1024;

    internal override int LeastEdges => 240;

    internal override IReadOnlyList<string> Words =>
        [
            "\"Records\":[",
            "\"s3\":{",
            "\"bucket\":{\"name\":\"b\"}",
            "\"object\":{\"key\":\"k\"}",
            "\"versionId\":\"v\"",
            "\"size\":5",
            "\"sequencer\":\"0055AED6\"",
            "\"eventName\":\"ObjectCreated:Put\"",
            "\"eventSource\":\"aws:s3\"",
            "ObjectRestore:Completed",
            "\"Message\":\"",
            "\"Type\":\"Notification\"",
            "\"detail\":{",
            "\"detail-type\":",
            "\"Object Created\"",
            "\"Object Restore Completed\"",
            "\"source\":\"aws.s3\"",
            "\"version-id\":\"v\"",
            "\"s3Key\":\"k\"",
            "\"s3Bucket\":\"b\"",
            "\"fileId\":42",
            "\"fileName\":\"n\"",
            "\"fileSize\":",
            "\"mimeType\":\"x\"",
            "\"lastModified\":\"2025-05-06T07:08:09Z\"",
            "\"Event\":\"s3:TestEvent\"",
            "\\ud800",
            "\\u0000",
            "null",
            "[]",
            "{}",
            "{",
            "}",
            ",",
            "%2B",
            "%",
            "+",
            "/",
            "253402300800000",
        ];

    internal override void Run(ReadOnlySpan<byte> input)
    {
        string body = Encoding.UTF8.GetString(input);
        IReadOnlyList<FileNotification>? notices = Parse(body);
        foreach (FileNotification notice in notices ?? [])
        {
            Check(notice);
        }

        // An envelope says nothing of its own; one too many is refused.
        IReadOnlyList<FileNotification>? wrapped = Parse(InSns(body));
        Demand(wrapped is null || notices is not null, "a body is understood in an envelope only");
        Demand(wrapped is null || wrapped.SequenceEqual(notices!), "an envelope changes what a message says");
    }

    private static IReadOnlyList<FileNotification>? Parse(string body)
    {
        try
        {
            return NotificationParser.Parse(body, "default");
        }
        catch (ReadException e) when (e.Outcome == Outcome.BadMessage)
        {
            return null;
        }
    }

    private static void Check(FileNotification notice)
    {
        Demand(notice.Object.Bucket.Length > 0, "a notice without a bucket");
        Demand(notice.Object.Key.Length > 0, "a notice without a key");
        Demand(Encoding.UTF8.GetByteCount(notice.Object.Key) <= MostKeyBytes, "a key longer than S3 has any");
        Demand(notice.Id.Length > 0, "a notice without an id");
        Demand(notice.Name is not null, "a notice without a name");
        Demand(!notice.IsFolderMarker, "a folder marker is no file");
        Demand(notice.FileSize is null or >= 0, "a negative size");
        _ = notice.LastModifiedAt;
    }

    private static string InSns(string body) =>
        $$"""{"Type":"Notification","Message":{{JsonSerializer.Serialize(body)}}}""";
}
