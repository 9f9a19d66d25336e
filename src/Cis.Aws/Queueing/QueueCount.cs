using Amazon.SQS;
using Amazon.SQS.Model;
using Cis.Worker.Ports;

namespace Cis.Aws.Queueing;

/// <summary>Counts the messages of a queue and of its dead-letter queue, by what SQS says of both: about, and late.</summary>
internal static class QueueCount
{
    private static readonly List<string> Counts =
    [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ];

    /// <summary>Asks both queues.</summary>
    /// <param name="sqs">The client.</param>
    /// <param name="queueUrl">The queue.</param>
    /// <param name="deadLetterUrl">Its dead-letter queue; null if it has none, and so no dead letters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<QueueStatus> OfAsync(
        IAmazonSQS sqs,
        string queueUrl,
        string? deadLetterUrl,
        CancellationToken cancellationToken
    )
    {
        GetQueueAttributesResponse queue = await sqs.GetQueueAttributesAsync(queueUrl, Counts, cancellationToken);
        GetQueueAttributesResponse? dead = deadLetterUrl is null
            ? null
            : await sqs.GetQueueAttributesAsync(deadLetterUrl, Counts, cancellationToken);
        return new QueueStatus(
            queue.ApproximateNumberOfMessages + queue.ApproximateNumberOfMessagesDelayed,
            queue.ApproximateNumberOfMessagesNotVisible,
            dead is null ? 0 : dead.ApproximateNumberOfMessages + dead.ApproximateNumberOfMessagesNotVisible
        );
    }
}
