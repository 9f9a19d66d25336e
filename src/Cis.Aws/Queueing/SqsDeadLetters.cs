using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Queueing;

/// <summary>The dead-letter queue of a queue of SQS.</summary>
public sealed class SqsDeadLetters : IDeadLetters
{
    private static readonly List<string> ArnAttribute = ["QueueArn"];

    private readonly IAmazonSQS _sqs;
    private readonly string _queueUrl;
    private readonly string _deadLetterUrl;
    private readonly SqsQueue _deadLetters;
    private readonly TimeProvider _time;

    private SqsDeadLetters(AwsClients clients, string queueUrl, string deadLetterUrl, TimeProvider time)
    {
        _sqs = clients.Sqs;
        _queueUrl = queueUrl;
        _deadLetterUrl = deadLetterUrl;
        _deadLetters = new SqsQueue(clients, deadLetterUrl, deadLetterUrl: null);
        _time = time;
    }

    /// <summary>Opens the dead-letter queue of a queue.</summary>
    /// <param name="clients">The clients; they must outlive this.</param>
    /// <param name="queueUrl">The queue's URL.</param>
    /// <param name="deadLetterUrl">The dead-letter queue's URL; null to take it from the queue's redrive policy.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if the queue has none.</returns>
    /// <exception cref="TransientException">The queue cannot be reached.</exception>
    public static async Task<SqsDeadLetters?> OpenAsync(
        AwsClients clients,
        string queueUrl,
        string? deadLetterUrl,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            string? url = await new DeadLetterQueueUrl(clients.Sqs, queueUrl, deadLetterUrl).FindAsync(
                cancellationToken
            );
            return url is null ? null : new SqsDeadLetters(clients, queueUrl, url, time);
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            throw AwsFault.Transient(Dependency.Queue, $"reading the redrive policy of {queueUrl}", e);
        }
    }

    /// <inheritdoc/>
    public Task<QueueStatus> CountAsync(CancellationToken cancellationToken) =>
        CallAsync(QueueCount.OfAsync(_sqs, _queueUrl, _deadLetterUrl, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeadLetterEntry>> PeekAsync(
        Outcome? outcome,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var entries = new List<DeadLetterEntry>();
        var walk = new DeadLetterWalk(_deadLetters, outcome);
        await foreach (IReadOnlyList<QueueMessage> messages in walk.GoAsync(cancellationToken))
        {
            entries.AddRange(messages.Take(limit - entries.Count).Select(EntryOf));
            if (entries.Count >= limit)
            {
                break;
            }
        }

        return entries;
    }

    /// <inheritdoc/>
    public async Task<long> RedriveAsync(
        RedriveRequest request,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        // Of the order in a group a move task promises nothing, and ElasticMQ's moves nothing of FIFO queues.
        bool isAll = request is { Outcome: null, Limit: null } && !FifoOrder.IsFifo(_queueUrl);
        if (isAll && await MoveTask.TryRunAsync(this, request.PerSecond, progress, cancellationToken) is { } moved)
        {
            return moved;
        }

        return await MoveAsync(request, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<long> PurgeAsync(Outcome? outcome, CancellationToken cancellationToken)
    {
        if (outcome is null)
        {
            long count = (await CountAsync(cancellationToken)).Dead;
            await CallAsync(_sqs.PurgeQueueAsync(_deadLetterUrl, cancellationToken), cancellationToken);
            return count;
        }

        long purged = 0;
        var walk = new DeadLetterWalk(_deadLetters, outcome);
        await foreach (IReadOnlyList<QueueMessage> messages in walk.GoAsync(cancellationToken))
        {
            purged += await DeleteAsync(messages, walk);
        }

        return purged;
    }

    private async Task<long> MoveAsync(
        RedriveRequest request,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        var sender = new SqsSender(_sqs, _queueUrl);
        var pace = new SendPace(request.PerSecond, _time);
        var walk = new DeadLetterWalk(_deadLetters, request.Outcome);
        long moved = 0;
        long limit = request.Limit ?? long.MaxValue;
        await foreach (IReadOnlyList<QueueMessage> messages in walk.GoAsync(cancellationToken))
        {
            foreach (QueueMessage[] batch in messages.Take((int)Math.Min(10, limit - moved)).Chunk(BatchOf(request)))
            {
                await pace.TakeAsync(batch.Length, cancellationToken);
                moved += await MoveAsync(batch, sender, walk, cancellationToken);
                progress?.Report(moved);
            }

            if (moved >= limit)
            {
                break;
            }
        }

        return moved;
    }

    // A slow pace is kept message by message, a fast one in whole batches.
    private static int BatchOf(RedriveRequest request) =>
        Math.Clamp(request.PerSecond ?? IMessageQueue.BatchLimit, 1, IMessageQueue.BatchLimit);

    private async Task<int> MoveAsync(
        QueueMessage[] messages,
        SqsSender sender,
        DeadLetterWalk walk,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<EntryResult> sent = await sender.SendAsync(
            Array.ConvertAll(
                messages,
                message => new OutgoingMessage(
                    message.Body,
                    SqsAttributes.OfSender(message.Attributes),
                    FifoOrder.Of(message)
                )
                {
                    Trace = SqsAttributes.TraceOf(message),
                }
            ),
            cancellationToken
        );
        return await DeleteAsync(messages.Where((_, i) => sent[i].Status == EntryStatus.Done).ToArray(), walk);
    }

    // Not to be cancelled between a send and its delete: that would leave two of the message.
    private async Task<int> DeleteAsync(IReadOnlyList<QueueMessage> messages, DeadLetterWalk walk)
    {
        if (messages.Count == 0)
        {
            return 0;
        }

        string[] receipts = messages.Select(message => message.Receipt).ToArray();
        IReadOnlyList<EntryResult> deleted = await _deadLetters.DeleteAsync(receipts, CancellationToken.None);
        for (int i = 0; i < receipts.Length; i++)
        {
            if (deleted[i].Status == EntryStatus.Done)
            {
                walk.Forget(receipts[i]);
            }
        }

        return deleted.Count(result => result.Status == EntryStatus.Done);
    }

    private static DeadLetterEntry EntryOf(QueueMessage message) =>
        new(
            message.Id,
            message.Body,
            DeadLetterWalk.OutcomeOf(message),
            message.Attributes.GetValueOrDefault(SqsAttributes.Reason),
            message.Attributes.TryGetValue(SqsAttributes.ReceiveCount, out string? text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
                ? count
                : message.ReceiveCount,
            message.SentAt
        );

    private async Task<string> ArnOfAsync(string url, CancellationToken cancellationToken)
    {
        Task<GetQueueAttributesResponse> asked = _sqs.GetQueueAttributesAsync(url, ArnAttribute, cancellationToken);
        return (await CallAsync(asked, cancellationToken)).QueueARN;
    }

    private async Task<T> CallAsync<T>(Task<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call;
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            throw AwsFault.Transient(Dependency.Queue, _deadLetterUrl, e);
        }
    }

    /// <summary>Lets SQS itself move all messages, where it can.</summary>
    private static class MoveTask
    {
        private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

        /// <summary>Starts a task and waits for its end.</summary>
        /// <returns>How many were moved; null if the service has no such tasks.</returns>
        internal static async Task<long?> TryRunAsync(
            SqsDeadLetters letters,
            int? perSecond,
            IProgress<long>? progress,
            CancellationToken cancellationToken
        )
        {
            string source = await letters.ArnOfAsync(letters._deadLetterUrl, cancellationToken);
            string target = await letters.ArnOfAsync(letters._queueUrl, cancellationToken);
            try
            {
                await letters._sqs.StartMessageMoveTaskAsync(
                    new()
                    {
                        SourceArn = source,
                        DestinationArn = target,
                        MaxNumberOfMessagesPerSecond = perSecond,
                    },
                    cancellationToken
                );
            }
            catch (AmazonSQSException e) when (IsUnknown(e))
            {
                return null;
            }
            catch (Exception e) when (AwsFault.Is(e, cancellationToken))
            {
                throw AwsFault.Transient(Dependency.Queue, $"moving messages of {source}", e);
            }

            return await FollowAsync(letters, source, progress, cancellationToken);
        }

        private static async Task<long> FollowAsync(
            SqsDeadLetters letters,
            string source,
            IProgress<long>? progress,
            CancellationToken cancellationToken
        )
        {
            while (true)
            {
                ListMessageMoveTasksResponse tasks = await letters.CallAsync(
                    letters._sqs.ListMessageMoveTasksAsync(
                        new() { SourceArn = source, MaxResults = 1 },
                        cancellationToken
                    ),
                    cancellationToken
                );
                ListMessageMoveTasksResultEntry? task = tasks.Results?.FirstOrDefault();
                long moved = task?.ApproximateNumberOfMessagesMoved ?? 0;
                progress?.Report(moved);
                if (task?.Status == "FAILED")
                {
                    throw new TransientException(Dependency.Queue, $"SQS gave up moving: {task.FailureReason}");
                }

                if (task?.Status != "RUNNING")
                {
                    return moved;
                }

                await Task.Delay(PollInterval, letters._time, cancellationToken);
            }
        }

        // What services that stand in for SQS say of an action that they do not have.
        private static bool IsUnknown(AmazonSQSException e) =>
            e is UnsupportedOperationException
            || e.ErrorCode
                is "InvalidAction"
                    or "UnknownOperationException"
                    or "UnsupportedOperation"
                    or "AWS.SimpleQueueService.UnsupportedOperation"
            || e.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.NotImplemented;
    }
}
