using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Aws.Queueing;

/// <summary>A queue of SQS.</summary>
public sealed class SqsQueue : IMessageQueue
{
    private static readonly List<string> SystemAttributes =
    [
        "ApproximateReceiveCount",
        "SentTimestamp",
        "MessageGroupId",
        SqsAttributes.TraceHeader,
    ];
    private static readonly List<string> AllAttributes = ["All"];
    private static readonly List<string> PolicyAttribute = ["RedrivePolicy"];
    private static readonly List<string> InFlightAttribute = ["ApproximateNumberOfMessagesNotVisible"];

    // What a clock of .NET shows at most: a stand-in for SQS may count otherwise than in milliseconds.
    private static readonly long LastMoment = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly AwsClients _clients;
    private readonly IAmazonSQS _sqs;
    private readonly string _url;
    private readonly DeadLetterQueueUrl _deadLetterUrl;

    /// <summary>A queue.</summary>
    /// <param name="clients">The clients; they must outlive this.</param>
    /// <param name="url">The queue's URL.</param>
    /// <param name="deadLetterUrl">The dead-letter queue's URL; null to take it from the queue's redrive policy.</param>
    public SqsQueue(AwsClients clients, string url, string? deadLetterUrl)
    {
        _clients = clients;
        _sqs = clients.Sqs;
        _url = url;
        _deadLetterUrl = new DeadLetterQueueUrl(_sqs, url, deadLetterUrl);
        Identity = new QueueIdentity("aws_sqs", url[(url.LastIndexOf('/') + 1)..]);
    }

    /// <inheritdoc/>
    public QueueIdentity Identity { get; }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueMessage>> ReceiveAsync(
        int max,
        TimeSpan wait,
        TimeSpan visibility,
        CancellationToken cancellationToken
    )
    {
        var request = new ReceiveMessageRequest
        {
            QueueUrl = _url,
            MaxNumberOfMessages = max,
            WaitTimeSeconds = (int)wait.TotalSeconds,
            VisibilityTimeout = (int)visibility.TotalSeconds,
            MessageAttributeNames = AllAttributes,
            MessageSystemAttributeNames = SystemAttributes,
        };
        ReceiveMessageResponse response = await CallAsync(
            "receiving messages",
            token => _sqs.ReceiveMessageAsync(request, token),
            cancellationToken
        );
        // AWS leaves the member out where there is nothing, others send an empty list.
        return response.Messages is { Count: > 0 } messages ? messages.ConvertAll(ToMessage) : [];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EntryResult>> ChangeVisibilityAsync(
        IReadOnlyList<VisibilityChange> changes,
        CancellationToken cancellationToken
    )
    {
        var request = new ChangeMessageVisibilityBatchRequest { QueueUrl = _url, Entries = new(changes.Count) };
        for (int i = 0; i < changes.Count; i++)
        {
            request.Entries.Add(
                new(BatchResults.IdOf(i), changes[i].Receipt)
                {
                    VisibilityTimeout = (int)changes[i].Timeout.TotalSeconds,
                }
            );
        }

        ChangeMessageVisibilityBatchResponse response = await CallAsync(
            "changing the visibility of messages",
            token => _sqs.ChangeMessageVisibilityBatchAsync(request, token),
            cancellationToken
        );
        return BatchResults.Read(changes.Count, response.Successful?.ConvertAll(entry => entry.Id), response.Failed);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EntryResult>> DeleteAsync(
        IReadOnlyList<string> receipts,
        CancellationToken cancellationToken
    )
    {
        var request = new DeleteMessageBatchRequest { QueueUrl = _url, Entries = new(receipts.Count) };
        for (int i = 0; i < receipts.Count; i++)
        {
            request.Entries.Add(new(BatchResults.IdOf(i), receipts[i]));
        }

        DeleteMessageBatchResponse response = await CallAsync(
            "deleting messages",
            token => _sqs.DeleteMessageBatchAsync(request, token),
            cancellationToken
        );
        return BatchResults.Read(receipts.Count, response.Successful?.ConvertAll(entry => entry.Id), response.Failed);
    }

    /// <inheritdoc/>
    public async Task<bool> DeadLetterAsync(
        QueueMessage message,
        Outcome outcome,
        string reason,
        CancellationToken cancellationToken
    )
    {
        string? url = await CallAsync("reading the redrive policy", _deadLetterUrl.FindAsync, cancellationToken);
        if (url is null)
        {
            return false;
        }

        var request = new SendMessageRequest(url, message.Body)
        {
            MessageAttributes = SqsAttributes.WithOutcome(message, outcome, reason),
            MessageSystemAttributes = SqsAttributes.TraceOf(message),
        };
        if (FifoOrder.IsFifo(url))
        {
            (request.MessageGroupId, request.MessageDeduplicationId) = FifoOrder.Of(message);
        }

        await CallAsync("sending to the dead-letter queue", token => SendAsync(request, token), cancellationToken);
        return true;
    }

    // Beside a body of the longest that a queue takes there is no room for attributes: better a dead letter that does not say
    // why than a message that comes again and again.
    private async Task<SendMessageResponse> SendAsync(SendMessageRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await _sqs.SendMessageAsync(request, cancellationToken);
        }
        catch (AmazonSQSException e) when (SaysTooLong(e) && request.MessageAttributes.Count > 0)
        {
            request.MessageAttributes =
                request.MessageAttributes.Count > 1 ? SqsAttributes.OnlyOutcome(request.MessageAttributes) : [];
            return await SendAsync(request, cancellationToken);
        }
    }

    private static bool SaysTooLong(AmazonSQSException e) =>
        e.ErrorCode is { } code
        && (
            code.StartsWith("InvalidParameterValue", StringComparison.Ordinal)
            || code.StartsWith("MessageTooLong", StringComparison.Ordinal)
            || code.StartsWith("InvalidMessageContents", StringComparison.Ordinal)
        );

    /// <inheritdoc/>
    public async Task<int> CountInFlightAsync(CancellationToken cancellationToken)
    {
        var request = new GetQueueAttributesRequest(_url, InFlightAttribute);
        GetQueueAttributesResponse response = await CallAsync(
            "counting messages in flight",
            token => _sqs.GetQueueAttributesAsync(request, token),
            cancellationToken
        );
        string? number = response.Attributes?.GetValueOrDefault(InFlightAttribute[0]);
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;
    }

    /// <inheritdoc/>
    public async Task<int?> ReceivesAllowedAsync(CancellationToken cancellationToken)
    {
        var request = new GetQueueAttributesRequest(_url, PolicyAttribute);
        GetQueueAttributesResponse response = await CallAsync(
            "reading the redrive policy",
            token => _sqs.GetQueueAttributesAsync(request, token),
            cancellationToken
        );
        return RedrivePolicy.Parse(response.Attributes?.GetValueOrDefault(PolicyAttribute[0])).Receives;
    }

    /// <inheritdoc/>
    public async Task<QueueStatus?> CountAsync(CancellationToken cancellationToken)
    {
        string? dead = await CallAsync("reading the redrive policy", _deadLetterUrl.FindAsync, cancellationToken);
        return await CallAsync(
            "counting messages",
            token => QueueCount.OfAsync(_sqs, _url, dead, token),
            cancellationToken
        );
    }

    internal static QueueMessage ToMessage(Message message) =>
        new(
            message.MessageId,
            message.ReceiptHandle,
            message.Body ?? "",
            (int)Math.Clamp(NumberOf(message, "ApproximateReceiveCount", 1), 1, int.MaxValue),
            DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(NumberOf(message, "SentTimestamp", 0), LastMoment)),
            new SqsAttributes(message.MessageAttributes ?? [])
        )
        {
            GroupId = message.Attributes?.GetValueOrDefault("MessageGroupId"),
            TraceHeader = message.Attributes?.GetValueOrDefault(SqsAttributes.TraceHeader),
        };

    private static long NumberOf(Message message, string attribute, long fallback) =>
        message.Attributes?.GetValueOrDefault(attribute) is { } text
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : fallback;

    private async Task<T> CallAsync<T>(
        string action,
        Func<CancellationToken, Task<T>> call,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await call(cancellationToken);
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            _clients.RenewIfExpired(e);
            throw AwsFault.Transient(Dependency.Queue, $"{action} ({_url})", e);
        }
    }
}
