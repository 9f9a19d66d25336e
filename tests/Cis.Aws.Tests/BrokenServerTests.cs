using Amazon.Runtime;
using Cis.Aws.Indexing;
using Cis.Aws.Queueing;
using Cis.Aws.Storing;
using Cis.Aws.Tests.Support;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests;

/// <summary>Whatever the network does, it is nobody's fault for good, and it ends in time.</summary>
public sealed class BrokenServerTests
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(500);

    public static TheoryData<Breakage> Breakages => new(Enum.GetValues<Breakage>());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Breakages))]
    public async Task A_queue_that_breaks_is_to_be_asked_again(Breakage breakage)
    {
        await using var server = new BrokenServer(breakage);
        using AwsClients clients = Connect(server);
        var queue = new SqsQueue(clients, $"{server.Url}0/q", deadLetterUrl: $"{server.Url}0/dead");

        await FailAsync(Dependency.Queue, () => queue.ReceiveAsync(10, TimeSpan.Zero, TimeSpan.FromMinutes(1), Stop));
        await FailAsync(Dependency.Queue, () => queue.DeleteAsync(["receipt"], Stop));
        await FailAsync(Dependency.Queue, () => queue.ChangeVisibilityAsync([new("receipt", TimeSpan.Zero)], Stop));
        await FailAsync(Dependency.Queue, () => queue.DeadLetterAsync(Message, Outcome.Corrupt, "why", Stop));
    }

    [Theory]
    [MemberData(nameof(Breakages))]
    public async Task A_store_that_breaks_is_to_be_asked_again(Breakage breakage)
    {
        await using var server = new BrokenServer(breakage);
        using AwsClients clients = Connect(server);
        var store = new S3ObjectStore(clients, new DownloadOptions { StallTimeout = AnswerTime });
        string target = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await FailAsync(
                Dependency.Store,
                () => store.FetchAsync(new ObjectReference("b", "k"), target, (_, _) => default, Stop)
            );
        }
        finally
        {
            File.Delete(target);
        }
    }

    [Theory]
    [MemberData(nameof(Breakages))]
    public async Task An_index_that_breaks_is_to_be_asked_again(Breakage breakage)
    {
        await using var server = new BrokenServer(breakage);
        using var client = new OpenSearchClient(new() { Endpoint = server.Url.AbsoluteUri, Timeout = AnswerTime });

        await FailAsync(
            Dependency.Index,
            () => new OpenSearchIndex(client).BulkAsync([new("a", 1, Record: null!, "{}"u8.ToArray())], Stop)
        );
    }

    private static QueueMessage Message { get; } =
        new("id", "receipt", "body", 1, DateTimeOffset.UnixEpoch, new Dictionary<string, string>());

    private static AwsClients Connect(BrokenServer server) =>
        new(new AwsOptions("us-east-1", server.Url, server.Url) { AnswerTime = AnswerTime })
        {
            Credentials = new BasicAWSCredentials("AKID", "SECRET"),
        };

    private static async Task FailAsync<T>(Dependency dependency, Func<Task<T>> call)
    {
        TransientException fault = await Assert
            .ThrowsAsync<TransientException>(call)
            .WaitAsync(TimeSpan.FromSeconds(30), Stop);

        Assert.Equal((dependency, true), (fault.Dependency, fault.IsWorthRetrying));
    }
}
