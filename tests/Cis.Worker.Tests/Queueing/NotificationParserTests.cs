using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;

namespace Cis.Worker.Tests.Queueing;

public sealed class NotificationParserTests
{
    private const string S3Body = """
        {"Records":[
          {"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-01-01T00:00:00.000Z","eventName":"ObjectCreated:Put",
           "s3":{"bucket":{"name":"inbox"},
                 "object":{"key":"a%2Bb/%E8%AB%8B%E6%B1%82%E6%9B%B8+%F0%9F%93%84.pdf","size":1024,"eTag":"d41d8","versionId":"v1","sequencer":"0055AED6DCD90281E5"}}},
          {"eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"inbox"},"object":{"key":"gone.pdf"}}},
          {"eventName":"ObjectCreated:Copy","s3":{"bucket":{"name":"inbox"},"object":{"key":"c%3Fd%23e%2525.pdf"}}}]}
        """;

    [Fact]
    public void The_old_workers_form_is_taken_as_it_is()
    {
        FileNotification notification = Single(
            """{"s3Key":"a+b%20c.pdf","fileId":"42","fileName":"n.pdf","fileSize":7,"mimeType":"application/pdf","lastModified":"2025-05-06T07:08:09Z"}"""
        );

        Assert.Equal(
            ("default", "a+b%20c.pdf", null),
            (notification.Object.Bucket, notification.Object.Key, notification.Object.VersionId)
        );
        Assert.Equal(("42", "n.pdf", 7L), (notification.Id, notification.Name, notification.FileSize));
        Assert.Equal(("application/pdf", "2025-05-06T07:08:09Z"), (notification.MimeType, notification.LastModified));
    }

    [Fact]
    public void What_the_old_form_leaves_out_comes_from_the_key()
    {
        FileNotification notification = Single("""{"s3Key":"x/y/z.pdf","s3Bucket":"other"}""");

        Assert.Equal(("other/x/y/z.pdf", "z.pdf"), (notification.Id, notification.Name));
        Assert.Null(notification.FileSize);
    }

    [Theory]
    [InlineData("1700000000", "2023-11-14T22:13:20.0000000+00:00")]
    [InlineData("1700000000123", "2023-11-14T22:13:20.1230000+00:00")]
    [InlineData("\"Tue, 14 Nov 2023 22:13:20 GMT\"", "2023-11-14T22:13:20.0000000+00:00")]
    [InlineData("\"2023-11-14T22:13:20+09:00\"", "2023-11-14T22:13:20+09:00")]
    [InlineData("\"yesterday\"", null)]
    public void Every_way_to_write_a_moment_becomes_one_that_the_index_takes(string json, string? expected) =>
        Assert.Equal(expected, Single($$"""{"s3Key":"a","lastModified":{{json}}}""").LastModified);

    [Fact]
    public void S3s_notifications_have_encoded_keys_and_several_records()
    {
        IReadOnlyList<FileNotification> notifications = NotificationParser.Parse(S3Body, defaultBucket: null);

        Assert.Equal(
            ["a+b/請求書 📄.pdf", "c?d#e%25.pdf"],
            notifications.Select(notification => notification.Object.Key)
        );
        Assert.Equal(
            ("inbox", "v1", 1024L),
            (notifications[0].Object.Bucket, notifications[0].Object.VersionId, notifications[0].FileSize)
        );
        Assert.Equal("0055AED6DCD90281E5", notifications[0].Sequencer);
        Assert.Equal("inbox/a+b/請求書 📄.pdf", notifications[0].Id);
    }

    [Fact]
    public void An_envelope_of_SNS_is_opened()
    {
        string body =
            $$"""{"Type":"Notification","TopicArn":"arn:aws:sns:x","Message":{{JsonSerializer.Serialize(S3Body)}}}""";

        Assert.Equal(2, NotificationParser.Parse(body, defaultBucket: null).Count);
    }

    [Fact]
    public void EventBridges_keys_are_not_encoded()
    {
        FileNotification notification = Single(
            """
            {"version":"0","detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"b"},
             "object":{"key":"a+b %41.pdf","size":5,"etag":"e","version-id":"v","sequencer":"00617F08299329D189"},"reason":"PutObject"}}
            """
        );

        Assert.Equal(
            ("b", "a+b %41.pdf", "v"),
            (notification.Object.Bucket, notification.Object.Key, notification.Object.VersionId)
        );
    }

    [Theory]
    [InlineData("""{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026","Bucket":"b"}""")]
    [InlineData(
        """{"detail-type":"Object Deleted","source":"aws.s3","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}"""
    )]
    [InlineData("""{"Records":[{"eventName":"ObjectRemoved:Delete","s3":{}}]}""")]
    [InlineData(
        """{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"new+folder/","size":0}}}]}"""
    )]
    [InlineData("""{"s3Key":"folder/","fileSize":0}""")]
    [InlineData(
        """{"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"b"},"object":{"key":"folder/","size":0}}}"""
    )]
    [InlineData("""{"detail-type":"Object Tags Added","source":"aws.s3","detail":{}}""")]
    [InlineData("""{"Records":[{"eventSource":"aws:s3","eventName":"ObjectTagging:Put","s3":{}}]}""")]
    [InlineData("""{"Records":[{"eventSource":"aws:s3","eventName":"LifecycleExpiration:Delete","s3":{}}]}""")]
    [InlineData("""{"Records":[{"eventSource":"aws:s3","eventName":"ObjectRestore:Post","s3":{}}]}""")]
    public void What_creates_no_file_is_nothing_to_read(string body) =>
        Assert.Empty(NotificationParser.Parse(body, "default"));

    [Theory]
    [InlineData(
        """{"Records":[{"eventSource":"aws:s3","eventName":"ObjectRestore:Completed","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}"""
    )]
    [InlineData(
        """{"Records":[{"eventSource":"minio:s3","eventName":"s3:ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"k"}}}]}"""
    )]
    [InlineData(
        """{"detail-type":"Object Restore Completed","source":"aws.s3","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}"""
    )]
    public void A_restored_object_and_other_stores_notifications_are_read(string body) =>
        Assert.Equal(new ObjectReference("b", "k"), Single(body).Object);

    [Theory]
    [InlineData("""{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"{}"}}]}""")]
    [InlineData("""{"Records":[{"eventSource":"aws:dynamodb","eventName":"INSERT","dynamodb":{}}]}""")]
    [InlineData(
        """{"detail-type":"AWS API Call via CloudTrail","source":"aws.s3","detail":{"eventName":"PutObject"}}"""
    )]
    [InlineData("""{"detail-type":"Object Created","source":"my.app","detail":{}}""")]
    [InlineData("""{"Type":"SubscriptionConfirmation","Message":"You have chosen to subscribe","Token":"t"}""")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("""{"s3Key":""}""")]
    [InlineData("""{"s3Key":7e9999}""")]
    [InlineData("""{"Records":[]}""")]
    [InlineData("""{"Records":[7]}""")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put","s3":{"object":{"key":"k"}}}]}""")]
    [InlineData("""{"Type":"Notification","Message":"not json"}""")]
    [InlineData("""{"Records":"none"}""")]
    [InlineData("""{"Records":[{"eventName":7,"s3":[]}]}""")]
    [InlineData("""{"Records":[{"s3":{"bucket":{"name":{}},"object":{"key":["k"]}}}]}""")]
    [InlineData("""{"detail-type":"Object Created","detail":null}""")]
    [InlineData("""{"s3Key":true}""")]
    [InlineData("""{"s3Key":null,"fileId":"1"}""")]
    [InlineData("""{"s3Key":"half \ud83d of a pair"}""")]
    public void Anything_else_is_a_bad_message(string body) =>
        Assert.Equal(
            Outcome.BadMessage,
            Assert.Throws<ReadException>(() => NotificationParser.Parse(body, "default")).Outcome
        );

    [Fact]
    public void A_body_that_is_itself_half_of_a_pair_is_a_bad_message() =>
        Anything_else_is_a_bad_message($$"""{"s3Key":"half {{'\ud83d'}} of a pair"}""");

    [Fact]
    public void Depth_without_end_is_a_bad_message() =>
        Anything_else_is_a_bad_message(
            string.Concat(Enumerable.Repeat("""{"Records":[""", 100_000)) + new string(']', 100_000)
        );

    [Fact]
    public void As_many_records_as_a_message_has_room_for_are_taken()
    {
        IEnumerable<string> records = Enumerable
            .Range(0, 10_000)
            .Select(i => """{"s3":{"bucket":{"name":"b"},"object":{"key":"KEY"}}}""".Replace("KEY", $"{i}", default));

        IReadOnlyList<FileNotification> notifications = NotificationParser.Parse(
            $$"""{"Records":[{{string.Join(',', records)}}]}""",
            null
        );

        Assert.Equal(
            10_000,
            notifications.Select(notification => notification.Object.Key).Distinct(StringComparer.Ordinal).Count()
        );
    }

    [Fact]
    public void A_key_of_1024_bytes_is_taken_and_a_longer_one_is_not()
    {
        string longest = new string('鍵', 341) + "k";

        Assert.Equal(longest, Single($$"""{"s3Key":"{{longest}}"}""").Object.Key);
        Assert.Throws<ReadException>(() => Single($$"""{"s3Key":"{{longest}}k"}"""));
    }

    [Fact]
    public void Without_a_bucket_the_setting_is_named()
    {
        ReadException e = Assert.Throws<ReadException>(() => NotificationParser.Parse("""{"s3Key":"k"}""", null));

        Assert.Contains("S3_BUCKET", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Envelopes_without_end_are_refused()
    {
        string body = """{"s3Key":"k"}""";
        for (int i = 0; i < 5; i++)
        {
            body = $$"""{"Type":"Notification","Message":{{JsonSerializer.Serialize(body)}}}""";
        }

        Assert.Throws<ReadException>(() => NotificationParser.Parse(body, "default"));
    }

    private static FileNotification Single(string body) => Assert.Single(NotificationParser.Parse(body, "default"));
}
