using Amazon.SQS.Model;
using Cis.Aws.Queueing;
using Cis.Worker.Ports;

namespace Cis.Aws.Tests.Support;

/// <summary>A new queue with a dead-letter queue.</summary>
internal sealed class TestQueue
{
    private readonly CloudServer _server;

    private TestQueue(CloudServer server, string url, string deadLetterUrl)
    {
        _server = server;
        Url = url;
        DeadLetterUrl = deadLetterUrl;
        Queue = new SqsQueue(server.Clients, url, deadLetterUrl: null);
    }

    public string Url { get; }

    public string DeadLetterUrl { get; }

    public SqsQueue Queue { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<TestQueue> CreateAsync(CloudServer server, bool isFifo = false)
    {
        server.Require();
        string name = $"q{Guid.NewGuid():N}";
        string end = isFifo ? ".fifo" : "";
        var deadRequest = new CreateQueueRequest($"{name}-dlq{end}") { Attributes = OrderOf(isFifo) };
        string dead = (await server.Sqs.CreateQueueAsync(deadRequest, Stop)).QueueUrl;
        GetQueueAttributesResponse facts = await server.Sqs.GetQueueAttributesAsync(dead, ["QueueArn"], Stop);
        var request = new CreateQueueRequest(name + end)
        {
            Attributes = new(OrderOf(isFifo))
            {
                ["RedrivePolicy"] =
                    $$"""{"deadLetterTargetArn":"{{facts.Attributes["QueueArn"]}}","maxReceiveCount":"5"}""",
            },
        };
        return new TestQueue(server, (await server.Sqs.CreateQueueAsync(request, Stop)).QueueUrl, dead);
    }

    private static Dictionary<string, string> OrderOf(bool isFifo) =>
        isFifo ? new(StringComparer.Ordinal) { ["FifoQueue"] = "true" } : new(StringComparer.Ordinal);

    public async Task SendAsync(params string[] bodies)
    {
        foreach (string body in bodies)
        {
            await _server.Sqs.SendMessageAsync(Url, body, Stop);
        }
    }

    public Task<IReadOnlyList<QueueMessage>> ReceiveAsync() =>
        Queue.ReceiveAsync(10, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), Stop);

    public async Task<List<QueueMessage>> ReceiveAllAsync(int count)
    {
        var all = new List<QueueMessage>();
        while (all.Count < count && await ReceiveAsync() is { Count: > 0 } some)
        {
            all.AddRange(some);
        }

        return all;
    }

    public async Task<(int Visible, int Hidden)> CountAsync(string url)
    {
        GetQueueAttributesResponse facts = await _server.Sqs.GetQueueAttributesAsync(url, ["All"], Stop);
        return (facts.ApproximateNumberOfMessages, facts.ApproximateNumberOfMessagesNotVisible);
    }
}
