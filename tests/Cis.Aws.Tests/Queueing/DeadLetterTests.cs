using Cis.Aws.Queueing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Queueing;

/// <summary>Here redrive is by receive, send and delete.</summary>
public sealed class FauxqsDeadLetterTests(FauxqsServer server) : DeadLetterTests(server), IClassFixture<FauxqsServer>;

/// <summary>Here redrive is by SQS's own move task.</summary>
public sealed class ElasticMqDeadLetterTests(ElasticMqServer server)
    : DeadLetterTests(server),
        IClassFixture<ElasticMqServer>;

public abstract class DeadLetterTests(CloudServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Peeking_shows_why_and_takes_nothing_away()
    {
        (TestQueue queue, SqsDeadLetters letters) = await FillAsync(("a", Outcome.Corrupt), ("b", Outcome.Encrypted));

        IReadOnlyList<DeadLetterEntry> all = await letters.PeekAsync(outcome: null, limit: 100, Stop);
        DeadLetterEntry one = Assert.Single(await letters.PeekAsync(Outcome.Encrypted, limit: 100, Stop));
        Assert.Single(await letters.PeekAsync(outcome: null, limit: 1, Stop));

        Assert.Equal(["a", "b"], all.Select(entry => entry.Body).Order(StringComparer.Ordinal));
        Assert.Equal(
            ("b", Outcome.Encrypted, "because of b", 1),
            (one.Body, one.Outcome, one.Reason, one.ReceiveCount)
        );
        Assert.Equal(new QueueStatus(0, 0, 2), await letters.CountAsync(Stop));
        Assert.Equal((2, 0), await queue.CountAsync(queue.DeadLetterUrl));
    }

    [Fact]
    public async Task Redrive_by_outcome_moves_only_those_and_drops_the_outcome()
    {
        (TestQueue queue, SqsDeadLetters letters) = await FillAsync(
            ("a", Outcome.Corrupt),
            ("b", Outcome.Encrypted),
            ("c", Outcome.Encrypted)
        );

        Assert.Equal(2, await letters.RedriveAsync(new() { Outcome = Outcome.Encrypted }, progress: null, Stop));

        List<QueueMessage> back = await queue.ReceiveAllAsync(2);
        Assert.Equal(["b", "c"], back.Select(message => message.Body).Order(StringComparer.Ordinal));
        Assert.All(back, message => Assert.DoesNotContain("cis-outcome", message.Attributes.Keys));
        Assert.All(back, message => Assert.Equal("kept", message.Attributes["tag"]));
        Assert.Equal((1, 0), await queue.CountAsync(queue.DeadLetterUrl));
    }

    [Fact]
    public async Task Redrive_of_all_empties_the_dead_letter_queue()
    {
        (TestQueue queue, SqsDeadLetters letters) = await FillAsync(
            Enumerable.Range(0, 23).Select(i => ($"m{i}", Outcome.TimedOut)).ToArray()
        );

        Assert.Equal(23, await letters.RedriveAsync(new(), progress: null, Stop));

        Assert.Equal((23, 0), await queue.CountAsync(queue.Url));
        Assert.Equal((0, 0), await queue.CountAsync(queue.DeadLetterUrl));
    }

    [Fact]
    public async Task A_limit_holds()
    {
        (TestQueue queue, SqsDeadLetters letters) = await FillAsync(
            Enumerable.Range(0, 12).Select(i => ($"m{i}", Outcome.TimedOut)).ToArray()
        );

        Assert.Equal(11, await letters.RedriveAsync(new() { Limit = 11 }, progress: null, Stop));

        Assert.Equal((11, 0), await queue.CountAsync(queue.Url));
        Assert.Equal((1, 0), await queue.CountAsync(queue.DeadLetterUrl));
    }

    [Fact]
    public async Task Purging_an_outcome_leaves_the_others()
    {
        (TestQueue queue, SqsDeadLetters letters) = await FillAsync(("a", Outcome.Corrupt), ("b", Outcome.Encrypted));

        Assert.Equal(1, await letters.PurgeAsync(Outcome.Corrupt, Stop));

        Assert.Equal("b", Assert.Single(await letters.PeekAsync(outcome: null, limit: 10, Stop)).Body);
        Assert.Equal(1, await letters.PurgeAsync(outcome: null, Stop));
        Assert.Equal((0, 0), await queue.CountAsync(queue.DeadLetterUrl));
    }

    [Fact]
    public async Task A_queue_without_a_redrive_policy_has_no_dead_letters()
    {
        TestQueue queue = await TestQueue.CreateAsync(server);

        Assert.Null(
            await SqsDeadLetters.OpenAsync(server.Clients, queue.DeadLetterUrl, null, TimeProvider.System, Stop)
        );
    }

    private async Task<(TestQueue, SqsDeadLetters)> FillAsync(params (string Body, Outcome Outcome)[] messages)
    {
        TestQueue queue = await TestQueue.CreateAsync(server);
        foreach ((string body, Outcome outcome) in messages)
        {
            var message = new QueueMessage(
                "id",
                "receipt",
                body,
                1,
                DateTimeOffset.UnixEpoch,
                new Dictionary<string, string> { ["tag"] = "kept" }
            );
            await queue.Queue.DeadLetterAsync(message, outcome, $"because of {body}", Stop);
        }

        SqsDeadLetters? letters = await SqsDeadLetters.OpenAsync(
            server.Clients,
            queue.Url,
            deadLetterUrl: null,
            TimeProvider.System,
            Stop
        );
        return (queue, letters!);
    }
}
