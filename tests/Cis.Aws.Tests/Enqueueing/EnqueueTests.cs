using System.Text.Json;
using Cis.Aws.Enqueueing;
using Cis.Aws.Tests.Support;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Enqueueing;

public sealed class EnqueueTests(FauxqsServer server) : IClassFixture<FauxqsServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prefix_becomes_a_notification_for_each_of_its_objects()
    {
        TestQueue queue = await TestQueue.CreateAsync(server);
        string bucket = await PutAsync("docs/日本 a+b.pdf", "docs/folder/", "docs/x.pdf", "other/y.pdf");

        QueueFiller filler = new(
            server.Clients,
            queue.Url,
            perSecond: null,
            DocumentIds.OfNotifications,
            TimeProvider.System
        );
        await filler.FillAsync(Source($"s3://{bucket}/docs/"), after: null, _ => { }, Stop);

        Assert.Equal(2, filler.Sent);
        List<QueueMessage> messages = await queue.ReceiveAllAsync(2);
        JsonElement[] notifications = messages.ConvertAll(message => JsonElement.Parse(message.Body)).ToArray();
        Assert.Equal(["docs/x.pdf", "docs/日本 a+b.pdf"], notifications.Select(KeyOf).Order(StringComparer.Ordinal));
        Assert.All(
            notifications,
            notification => Assert.Equal(bucket, notification.GetProperty("s3Bucket").GetString())
        );
        Assert.All(notifications, notification => Assert.Equal(1, notification.GetProperty("fileSize").GetInt64()));
        Assert.All(
            notifications,
            notification => Assert.True(notification.GetProperty("lastModified").TryGetDateTimeOffset(out _))
        );
    }

    [Fact]
    public async Task What_was_confirmed_is_not_sent_again()
    {
        TestQueue queue = await TestQueue.CreateAsync(server);
        // More than are sent at once.
        string[] keys = Enumerable.Range(0, 125).Select(i => $"k{i:000}").ToArray();
        string bucket = await PutAsync(keys);
        using var stop = new CancellationTokenSource();
        string? last = null;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Filler(queue)
                .FillAsync(
                    Source($"s3://{bucket}"),
                    after: null,
                    position =>
                    {
                        last = position;
                        stop.Cancel();
                    },
                    stop.Token
                )
        );
        await Filler(queue).FillAsync(Source($"s3://{bucket}"), last, _ => { }, Stop);

        List<QueueMessage> messages = await queue.ReceiveAllAsync(125);
        Assert.Equal(
            keys,
            messages.Select(message => KeyOf(JsonElement.Parse(message.Body))).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_list_names_objects_line_by_line_and_goes_on_after_a_line()
    {
        server.Require();
        string list = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(list, ["s3://one/a b.pdf", "", "in default.pdf", "s3://two/x/y.pdf"], Stop);

            List<string> all = await ReadAsync(list, after: null);
            List<string> rest = await ReadAsync(list, after: "3");

            Assert.Equal(["one/a b.pdf", "standard/in default.pdf", "two/x/y.pdf"], all);
            Assert.Equal(["two/x/y.pdf"], rest);
        }
        finally
        {
            File.Delete(list);
        }
    }

    [Theory]
    [InlineData("s3://")]
    [InlineData("/no/such/file")]
    public void A_source_that_is_none_is_refused(string text)
    {
        server.Require();
        Assert.Throws<FormatException>(() => Source(text));
    }

    private static string KeyOf(JsonElement notification) => notification.GetProperty("s3Key").GetString()!;

    private QueueFiller Filler(TestQueue queue) =>
        new(server.Clients, queue.Url, perSecond: null, DocumentIds.OfNotifications, TimeProvider.System);

    private EnqueueSource Source(string text) => EnqueueSource.Parse(text, server.Clients, "standard");

    private async Task<List<string>> ReadAsync(string list, string? after)
    {
        var found = new List<string>();
        await foreach (EnqueueEntry entry in Source(list).ReadAsync(after, Stop))
        {
            found.Add(entry.Reference.ToString());
        }

        return found;
    }

    private async Task<string> PutAsync(params string[] keys)
    {
        server.Require();
        string bucket = $"b{Guid.NewGuid():N}";
        await server.S3.PutBucketAsync(bucket, Stop);
        foreach (string key in keys)
        {
            await server.S3.PutObjectAsync(
                new()
                {
                    BucketName = bucket,
                    Key = key,
                    ContentBody = "x",
                },
                Stop
            );
        }

        return bucket;
    }
}
