using System.Text.Json;
using Amazon.SQS.Model;
using Cis.Aws.Enqueueing;
using Cis.Aws.Queueing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Queueing;

/// <summary>FIFO queues, which refuse what has no group and hold back what comes after a hidden message of its group.</summary>
public sealed class ElasticMqFifoTests(ElasticMqServer server) : IClassFixture<ElasticMqServer>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_comes_with_its_group_and_those_behind_it_wait_for_it()
    {
        TestQueue queue = await TestQueue.CreateAsync(server, isFifo: true);
        await SendAsync(queue, ("one", "a"), ("two", "a"), ("other", "b"));

        QueueMessage first = Assert.Single(await ReceiveOneAsync(queue));
        Assert.Equal(("one", "a"), (first.Body, first.GroupId));
        QueueMessage other = Assert.Single(await queue.ReceiveAsync());
        Assert.Equal("other", other.Body);

        Assert.Equal([EntryResult.Done], await queue.Queue.DeleteAsync([first.Receipt], Stop));
        Assert.Equal("two", Assert.Single(await ReceiveOneAsync(queue)).Body);
    }

    [Fact]
    public async Task Dead_letters_keep_their_group_and_order_and_alike_ones_are_no_duplicates()
    {
        TestQueue queue = await TestQueue.CreateAsync(server, isFifo: true);
        await SendAsync(queue, ("same", "a"), ("last", "a"));
        await BuryAsync(queue, 2);

        var dead = new SqsQueue(server.Clients, queue.DeadLetterUrl, deadLetterUrl: null);
        IReadOnlyList<QueueMessage> letters = await dead.ReceiveAsync(10, Wait, TimeSpan.FromSeconds(1), Stop);

        Assert.Equal([("same", "a"), ("last", "a")], letters.Select(letter => (letter.Body, letter.GroupId!)));
    }

    [Fact]
    public async Task Redrive_by_outcome_sends_messages_back_in_their_group()
    {
        TestQueue queue = await TestQueue.CreateAsync(server, isFifo: true);
        await SendAsync(queue, ("torn", "a"), ("locked", "b"));
        foreach (QueueMessage message in await queue.ReceiveAllAsync(2))
        {
            Outcome outcome = message.Body == "torn" ? Outcome.Corrupt : Outcome.Encrypted;
            Assert.True(await queue.Queue.DeadLetterAsync(message, outcome, "as asked", Stop));
            await queue.Queue.DeleteAsync([message.Receipt], Stop);
        }

        SqsDeadLetters? letters = await SqsDeadLetters.OpenAsync(
            server.Clients,
            queue.Url,
            deadLetterUrl: null,
            TimeProvider.System,
            Stop
        );
        Assert.Equal(1, await letters!.RedriveAsync(new() { Outcome = Outcome.Encrypted }, progress: null, Stop));

        QueueMessage back = Assert.Single(await queue.ReceiveAsync());
        Assert.Equal(("locked", "b"), (back.Body, back.GroupId));
        Assert.Equal((1, 0), await queue.CountAsync(queue.DeadLetterUrl));
    }

    [Fact]
    public async Task Enqueueing_sends_each_object_in_a_group_of_its_own_and_twice_is_once()
    {
        TestQueue queue = await TestQueue.CreateAsync(server, isFifo: true);
        string[] keys = [.. Enumerable.Range(0, 25).Select(i => $"長い名前/{i:00}.pdf")];
        string list = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(list, keys, Stop);
            for (int time = 0; time < 2; time++)
            {
                var source = EnqueueSource.Parse(list, server.Clients, "bucket");
                QueueFiller filler = new(
                    server.Clients,
                    queue.Url,
                    perSecond: null,
                    DocumentIds.OfNotifications,
                    TimeProvider.System
                );
                await filler.FillAsync(source, after: null, _ => { }, Stop);
                Assert.Equal(keys.Length, filler.Sent);
            }
        }
        finally
        {
            File.Delete(list);
        }

        List<QueueMessage> messages = await queue.ReceiveAllAsync(keys.Length);

        Assert.Equal(keys, messages.Select(KeyOf).Order(StringComparer.Ordinal));
        Assert.Equal(keys.Length, messages.Select(message => message.GroupId).Distinct().Count());
        Assert.Empty(await queue.Queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.FromSeconds(1), Stop));
    }

    [Fact]
    public async Task Redrive_of_all_sends_messages_back_in_their_group_and_order()
    {
        TestQueue queue = await TestQueue.CreateAsync(server, isFifo: true);
        await SendAsync(queue, ("first", "a"), ("second", "a"));
        await BuryAsync(queue, 2);

        SqsDeadLetters? letters = await SqsDeadLetters.OpenAsync(
            server.Clients,
            queue.Url,
            deadLetterUrl: null,
            TimeProvider.System,
            Stop
        );
        Assert.Equal(2, await letters!.RedriveAsync(new(), progress: null, Stop));

        List<QueueMessage> back = await queue.ReceiveAllAsync(2);
        Assert.Equal([("first", "a"), ("second", "a")], back.Select(message => (message.Body, message.GroupId!)));
        Assert.Equal((0, 0), await queue.CountAsync(queue.DeadLetterUrl));
    }

    private static string KeyOf(QueueMessage message) =>
        JsonElement.Parse(message.Body).GetProperty("s3Key").GetString()!;

    private static TimeSpan Wait => TimeSpan.FromSeconds(5);

    private static Task<IReadOnlyList<QueueMessage>> ReceiveOneAsync(TestQueue queue) =>
        queue.Queue.ReceiveAsync(1, Wait, TimeSpan.FromSeconds(60), Stop);

    private static async Task BuryAsync(TestQueue queue, int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            QueueMessage message = Assert.Single(await ReceiveOneAsync(queue));
            Assert.True(await queue.Queue.DeadLetterAsync(message, Outcome.Corrupt, "torn", Stop));
            await queue.Queue.DeleteAsync([message.Receipt], Stop);
        }
    }

    private async Task SendAsync(TestQueue queue, params (string Body, string Group)[] messages)
    {
        foreach ((string body, string group) in messages)
        {
            var request = new SendMessageRequest(queue.Url, body)
            {
                MessageGroupId = group,
                MessageDeduplicationId = Guid.NewGuid().ToString(),
            };
            await server.Sqs.SendMessageAsync(request, Stop);
        }
    }
}
