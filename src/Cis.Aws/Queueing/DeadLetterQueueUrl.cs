using Amazon;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace Cis.Aws.Queueing;

/// <summary>Finds the dead-letter queue of a queue, once.</summary>
internal sealed class DeadLetterQueueUrl(IAmazonSQS sqs, string queueUrl, string? configured)
{
    private static readonly List<string> Attributes = ["RedrivePolicy"];

    private string? _url = configured;
    private bool _isKnown = configured is not null;

    /// <summary>The URL; null if the queue has no redrive policy, or it may not be read.</summary>
    internal async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        if (!_isKnown)
        {
            _url = await ReadPolicyAsync(cancellationToken);
            _isKnown = true;
        }

        return _url;
    }

    private async Task<string?> ReadPolicyAsync(CancellationToken cancellationToken)
    {
        try
        {
            GetQueueAttributesResponse answer = await sqs.GetQueueAttributesAsync(
                queueUrl,
                Attributes,
                cancellationToken
            );
            return RedrivePolicy.Parse(answer.Attributes?.GetValueOrDefault(Attributes[0])).Target is { } arn
                ? await UrlOfAsync(arn, cancellationToken)
                : null;
        }
        catch (AmazonSQSException e) when (e.ErrorCode is "AccessDenied" or "AccessDeniedException")
        {
            return null;
        }
    }

    private async Task<string?> UrlOfAsync(Arn arn, CancellationToken cancellationToken)
    {
        var request = new GetQueueUrlRequest { QueueName = arn.Resource, QueueOwnerAWSAccountId = arn.AccountId };
        return (await sqs.GetQueueUrlAsync(request, cancellationToken)).QueueUrl;
    }
}
