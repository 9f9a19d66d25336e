using Amazon.SQS.Model;
using Cis.Aws.Queueing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Queueing;

public sealed class FauxqsQueueTests(FauxqsServer server) : QueueTests(server), IClassFixture<FauxqsServer>;

public sealed class ElasticMqQueueTests(ElasticMqServer server) : QueueTests(server), IClassFixture<ElasticMqServer>
{
    [Fact]
    public async Task The_receipt_of_a_deleted_message_is_gone()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);
        await queue.SendAsync("once");
        QueueMessage message = Assert.Single(await queue.ReceiveAsync());
        await queue.Queue.DeleteAsync([message.Receipt], Stop);

        IReadOnlyList<EntryResult> results = await queue.Queue.ChangeVisibilityAsync(
            [new(message.Receipt, TimeSpan.FromSeconds(10))],
            Stop
        );

        Assert.Equal(EntryStatus.Gone, Assert.Single(results).Status);
    }
}

public abstract class QueueTests(CloudServer server)
{
    protected CloudServer Server { get; } = server;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_comes_with_its_body_count_time_and_attributes()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);
        DateTimeOffset before = DateTimeOffset.UtcNow.AddMinutes(-1);
        await Server.Sqs.SendMessageAsync(
            new SendMessageRequest(queue.Url, "日本 <&>")
            {
                MessageAttributes = new()
                {
                    ["text"] = new() { DataType = "String", StringValue = "値" },
                    ["bytes"] = new() { DataType = "Binary", BinaryValue = new MemoryStream([1, 2, 3]) },
                },
            },
            Stop
        );

        QueueMessage message = Assert.Single(await queue.ReceiveAsync());

        Assert.Equal("日本 <&>", message.Body);
        Assert.Equal(1, message.ReceiveCount);
        Assert.InRange(message.SentAt, before, DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal("値", message.Attributes["text"]);
        Assert.Equal("AQID", message.Attributes["bytes"]);
    }

    [Fact]
    public async Task Messages_in_flight_are_counted_whoever_has_them()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);
        await queue.SendAsync("a", "b", "c");
        Assert.Equal(0, await queue.Queue.CountInFlightAsync(Stop));

        await queue.ReceiveAllAsync(3);

        Assert.Equal(3, await queue.Queue.CountInFlightAsync(Stop));
    }

    [Fact]
    public async Task What_stands_in_a_queue_and_in_its_dead_letter_queue_is_counted()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);
        await queue.SendAsync("a", "b", "c");
        Assert.Equal(new QueueStatus(3, 0, 0), await queue.Queue.CountAsync(Stop));

        List<QueueMessage> messages = await queue.ReceiveAllAsync(3);
        Assert.True(await queue.Queue.DeadLetterAsync(messages[0], Outcome.Corrupt, "it is", Stop));

        Assert.Equal(new QueueStatus(0, 3, 1), await queue.Queue.CountAsync(Stop));
    }

    [Fact]
    public async Task An_empty_queue_gives_no_messages()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);

        Assert.Empty(await queue.Queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.FromSeconds(30), Stop));
    }

    [Fact]
    public async Task A_cancelled_long_poll_ends_at_once_as_cancelled()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);
        using var stop = new CancellationTokenSource();
        Task receive = queue.Queue.ReceiveAsync(10, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receive);
    }

    [Fact]
    public async Task A_message_returned_to_the_queue_is_received_again_and_counted()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);
        await queue.SendAsync("again");
        QueueMessage first = Assert.Single(await queue.ReceiveAsync());
        Assert.Empty(await queue.Queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.FromSeconds(30), Stop));

        Assert.Equal(
            [EntryResult.Done],
            await queue.Queue.ChangeVisibilityAsync([new(first.Receipt, TimeSpan.Zero)], Stop)
        );

        QueueMessage second = Assert.Single(await queue.ReceiveAsync());
        Assert.Equal(first.Id, second.Id);
        Assert.Equal(2, second.ReceiveCount);
    }

    [Fact]
    public async Task Deleted_messages_do_not_come_back()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);
        await queue.SendAsync("one", "two", "three");
        List<QueueMessage> messages = await queue.ReceiveAllAsync(3);
        Assert.Equal(3, messages.Count);

        IReadOnlyList<EntryResult> results = await queue.Queue.DeleteAsync(
            messages.ConvertAll(message => message.Receipt),
            Stop
        );

        Assert.All(results, result => Assert.Equal(EntryResult.Done, result));
        Assert.Equal((0, 0), await queue.CountAsync(queue.Url));
    }

    [Fact]
    public async Task A_dead_letter_carries_its_outcome_and_its_own_attributes()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);
        await Server.Sqs.SendMessageAsync(
            new SendMessageRequest(queue.Url, "poison")
            {
                MessageAttributes = new()
                {
                    ["bytes"] = new() { DataType = "Binary", BinaryValue = new MemoryStream([1, 2, 3]) },
                },
            },
            Stop
        );
        QueueMessage message = Assert.Single(await queue.ReceiveAsync());

        Assert.True(await queue.Queue.DeadLetterAsync(message, Outcome.Corrupt, "it\u0001 is torn \ud800.", Stop));

        var deadLetters = new SqsQueue(Server.Clients, queue.DeadLetterUrl, deadLetterUrl: null);
        QueueMessage dead = Assert.Single(
            await deadLetters.ReceiveAsync(10, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), Stop)
        );
        Assert.Equal("poison", dead.Body);
        Assert.Equal("corrupt", dead.Attributes["cis-outcome"]);
        Assert.Equal("it? is torn ?.", dead.Attributes["cis-reason"]);
        Assert.Equal("1", dead.Attributes["cis-receive-count"]);
        Assert.Equal("AQID", dead.Attributes["bytes"]);
    }

    [Fact]
    public async Task Without_a_redrive_policy_there_is_nowhere_to_put_a_dead_letter()
    {
        TestQueue queue = await TestQueue.CreateAsync(Server);
        var deadLetters = new SqsQueue(Server.Clients, queue.DeadLetterUrl, deadLetterUrl: null);
        var message = new QueueMessage("id", "receipt", "body", 1, default, new Dictionary<string, string>());

        Assert.False(await deadLetters.DeadLetterAsync(message, Outcome.Corrupt, "reason", Stop));
    }

    [Fact]
    public async Task A_queue_that_does_not_exist_takes_a_person_to_put_right()
    {
        Server.Require();
        var queue = new SqsQueue(Server.Clients, $"{Server.Url}000000000000/nowhere", deadLetterUrl: null);

        TransientException fault = await Assert.ThrowsAsync<TransientException>(() =>
            queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.FromSeconds(30), Stop)
        );

        Assert.Equal(Dependency.Queue, fault.Dependency);
        Assert.False(fault.IsWorthRetrying);
        Assert.Contains("nowhere", fault.Message, StringComparison.Ordinal);
    }
}
