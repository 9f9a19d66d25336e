using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Queueing;

namespace Cis.Worker.Tests.Queueing;

/// <summary>Bodies of messages with some of them changed: files to read, nothing to do, or a bad message.</summary>
public sealed class HostileNotificationTests
{
    private const int Each = 4000;

    private const string Old =
        """{"s3Key":"a+b.pdf","fileId":"42","fileName":"n.pdf","fileSize":7,"mimeType":"x/y","lastModified":"2025-05-06T07:08:09Z"}""";

    private const string S3 = """
        {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","eventTime":"2026-01-01T00:00:00.000Z",
        "eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b","arn":"arn:aws:s3:::b"},"object":{"key":"a%2Bb+c.pdf",
        "size":1024,"eTag":"d41d8","versionId":"v1","sequencer":"0055AED6DCD90281E5"}}},
        {"eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"b"},"object":{"key":"gone.pdf"}}}]}
        """;

    private const string EventBridge = """
        {"version":"0","detail-type":"Object Created","source":"aws.s3","time":"2026-01-01T00:00:00Z","detail":{"version":"0",
        "bucket":{"name":"b"},"object":{"key":"k.pdf","size":5,"etag":"e","version-id":"v","sequencer":"00617F08299329D189"}}}
        """;

    public static TheoryData<string> Bodies => [Old, S3, EventBridge, InSns(S3), InSns(EventBridge), InSns(InSns(Old))];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_changed_notification_names_files_or_nothing_or_is_a_bad_message(string body)
    {
        foreach (string changed in Mutations.Of(body, Each))
        {
            try
            {
                foreach (FileNotification notification in NotificationParser.Parse(changed, "default"))
                {
                    Assert.NotEqual("", notification.Object.Bucket);
                    Assert.NotEqual("", notification.Object.Key);
                    Assert.NotNull(notification.Id);
                }
            }
            catch (ReadException e)
            {
                Assert.True(e.Outcome == Outcome.BadMessage, $"{changed}\n{e}");
            }
        }
    }

    private static string InSns(string body) =>
        $$"""{"Type":"Notification","TopicArn":"arn:aws:sns:x","Message":{{JsonSerializer.Serialize(body)}}}""";
}
