using System.Text;
using Amazon.SQS;
using Amazon.SQS.Model;
using Cis.Worker.Ports;

namespace Cis.Aws.Queueing;

/// <summary>A message to be sent.</summary>
/// <param name="Body">The text.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Order">Its group and what it is known by as a duplicate: see <see cref="FifoOrder"/>.</param>
internal sealed record OutgoingMessage(
    string Body,
    Dictionary<string, MessageAttributeValue> Attributes,
    (string GroupId, string DeduplicationId) Order
)
{
    /// <summary>See <see cref="SqsAttributes.TraceOf"/>.</summary>
    internal Dictionary<string, MessageSystemAttributeValue>? Trace { get; init; }

    /// <summary>What counts against the limit of a request.</summary>
    internal int Bytes =>
        Encoding.UTF8.GetByteCount(Body)
        + Attributes.Sum(pair =>
            Encoding.UTF8.GetByteCount(pair.Key)
            + Encoding.UTF8.GetByteCount(pair.Value.StringValue ?? "")
            + (int)(pair.Value.BinaryValue?.Length ?? 0)
            + pair.Value.DataType.Length
        );
}

/// <summary>Sends messages in batches that a queue takes, and says of each whether it arrived.</summary>
internal sealed class SqsSender(IAmazonSQS sqs, string url)
{
    // Queues of older settings take 256 KiB in a request.
    private const int MaxBytes = 256 << 10;

    /// <summary>Sends messages.</summary>
    /// <param name="messages">Up to ten.</param>
    /// <param name="cancellationToken">Gives up; some may have arrived.</param>
    /// <returns>A result for each, in their order.</returns>
    internal async Task<IReadOnlyList<EntryResult>> SendAsync(
        IReadOnlyList<OutgoingMessage> messages,
        CancellationToken cancellationToken
    )
    {
        var results = new List<EntryResult>(messages.Count);
        while (results.Count < messages.Count)
        {
            int count = CountThatFit(messages, results.Count);
            results.AddRange(await SendBatchAsync(messages, results.Count, count, cancellationToken));
        }

        return results;
    }

    private static int CountThatFit(IReadOnlyList<OutgoingMessage> messages, int from)
    {
        int count = 1;
        int bytes = messages[from].Bytes;
        while (from + count < messages.Count && (bytes += messages[from + count].Bytes) <= MaxBytes)
        {
            count++;
        }

        return count;
    }

    private async Task<IReadOnlyList<EntryResult>> SendBatchAsync(
        IReadOnlyList<OutgoingMessage> messages,
        int from,
        int count,
        CancellationToken cancellationToken
    )
    {
        bool isFifo = FifoOrder.IsFifo(url);
        var request = new SendMessageBatchRequest { QueueUrl = url, Entries = new(count) };
        for (int i = 0; i < count; i++)
        {
            OutgoingMessage message = messages[from + i];
            request.Entries.Add(
                new(BatchResults.IdOf(i), message.Body)
                {
                    MessageAttributes = message.Attributes.Count > 0 ? message.Attributes : null,
                    MessageSystemAttributes = message.Trace,
                    MessageGroupId = isFifo ? message.Order.GroupId : null,
                    MessageDeduplicationId = isFifo ? message.Order.DeduplicationId : null,
                }
            );
        }

        try
        {
            SendMessageBatchResponse answer = await sqs.SendMessageBatchAsync(request, cancellationToken);
            return BatchResults.Read(count, answer.Successful?.ConvertAll(entry => entry.Id), answer.Failed);
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            throw AwsFault.Transient(Dependency.Queue, $"sending messages ({url})", e);
        }
    }
}
