using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3.Model;
using Amazon.SQS.Model;
using Cis.Aws.Indexing;
using Cis.Aws.Queueing;
using Cis.Worker;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Aws;

/// <summary>Examines queue, bucket and index before the first message, and reports each in one line.</summary>
/// <param name="clients">For queue and bucket.</param>
/// <param name="client">Gives what speaks to the index, when that is looked at.</param>
public sealed class SetupLook(AwsClients clients, Func<OpenSearchClient> client)
{
    private static readonly List<string> Facts =
    [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "VisibilityTimeout",
        "RedrivePolicy",
    ];

    // One that an outage may cost, one that a worker which dies may cost, and one to be read in.
    private const int LeastReceives = 3;

    // More are for cis index diff.
    private const int MaxDifferences = 3;

    /// <summary>Examines the queue: whether it exists, how many messages it has, and its redrive policy.</summary>
    /// <param name="url">Its URL.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientException">It is not there, or does not answer.</exception>
    public async Task<SetupFinding> AtQueueAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            return Describe(url, await clients.Sqs.GetQueueAttributesAsync(url, Facts, cancellationToken));
        }
        catch (AmazonServiceException e) when (IsDenied(e))
        {
            return new(
                LogLevel.Warning,
                $"queue {url}: cannot be looked at without sqs:GetQueueAttributes, nor a maxReceiveCount under 3 be heeded",
                "allow sqs:GetQueueAttributes"
            );
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            throw AwsFault.Transient(Dependency.Queue, url, e);
        }
    }

    /// <summary>Examines the dead-letter queue: whether there is one, and whether dead letters can be sent to it.</summary>
    /// <param name="queueUrl">The queue's URL.</param>
    /// <param name="configured">The dead-letter queue that is set; null for that of the queue's redrive policy.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientException">It is not there, or does not answer.</exception>
    public async Task<SetupFinding> AtDeadLettersAsync(
        string queueUrl,
        string? configured,
        CancellationToken cancellationToken
    )
    {
        string? url = configured;
        try
        {
            url = await new DeadLetterQueueUrl(clients.Sqs, queueUrl, configured).FindAsync(cancellationToken);
            return url is null ? NoDeadLetters
                : WhyNoDeadLetterQueue(queueUrl, url) is { } reason
                    ? new(LogLevel.Error, $"{url}: {reason}", "set dead-letter-queue-url to another queue")
                : Describe(await clients.Sqs.GetQueueAttributesAsync(url, Facts, cancellationToken), url);
        }
        catch (AmazonServiceException e) when (IsDenied(e))
        {
            return new(
                LogLevel.Warning,
                $"{url ?? "the dead-letter queue"}: cannot be looked at: {AwsFault.Describe(e)}",
                "allow sqs:GetQueueUrl and sqs:GetQueueAttributes on it"
            );
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            throw AwsFault.Transient(Dependency.Queue, url ?? "the redrive policy's dead-letter queue", e);
        }
    }

    /// <summary>Examines the configured bucket: whether it exists and may be listed.</summary>
    /// <param name="bucket">Its name; null if none is set.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientException">It is not there, or does not answer.</exception>
    public async Task<SetupFinding> AtBucketAsync(string? bucket, CancellationToken cancellationToken)
    {
        if (bucket is null)
        {
            return new(LogLevel.Information, "bucket: none is set (s3-bucket), so each message has to name its own");
        }

        try
        {
            var request = new ListObjectsV2Request { BucketName = bucket, MaxKeys = 1 };
            ListObjectsV2Response page = await clients.S3.ListObjectsV2Async(request, cancellationToken);
            string state = page.S3Objects is { Count: > 0 } ? "can be listed" : "is empty";
            return new(LogLevel.Information, $"bucket {bucket}: {state}");
        }
        catch (AmazonServiceException e) when (IsDenied(e))
        {
            return new(
                LogLevel.Warning,
                $"bucket {bucket}: may not be listed (s3:ListBucket), so a missing object is told as access-denied",
                "allow s3:ListBucket on it"
            );
        }
        catch (AmazonServiceException e) when ((int)e.StatusCode is 301 or 307)
        {
            return new(LogLevel.Information, $"bucket {bucket}: is in another region, and is followed there");
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            throw AwsFault.Transient(Dependency.Store, $"{bucket} (s3-bucket)", e);
        }
    }

    /// <summary>Examines the index: whether its name is an alias or an index, and whether documents fit.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransientException">It is not there, or does not answer.</exception>
    public async Task<SetupFinding> AtIndexAsync(CancellationToken cancellationToken)
    {
        OpenSearchClient openSearch = client();
        var target = new IndexTarget(openSearch);
        string name = openSearch.Options.Index;
        switch (await target.LookAsync(cancellationToken))
        {
            case TargetKind.Missing:
                throw target.Missing();
            case TargetKind.Unknown:
                return new(
                    LogLevel.Warning,
                    $"index {name}: may not be looked at (es:ESHttpGet), so is it the right one?",
                    "allow es:ESHttpGet and es:ESHttpHead on it"
                );
            case TargetKind.Index:
                return await CompareAsync(
                    openSearch,
                    $"index {name}: is an index as the old worker had it, no alias",
                    cancellationToken
                );
            case TargetKind.Alias:
                return await CompareAsync(openSearch, $"index {name}: is an alias", cancellationToken);
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<SetupFinding> CompareAsync(
        OpenSearchClient openSearch,
        string state,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<string> differences;
        try
        {
            differences = await new IndexSetup(openSearch).CompareAsync(cancellationToken);
        }
        catch (TransientException e) when (!e.IsWorthRetrying)
        {
            return new(
                LogLevel.Warning,
                $"{state}; its fields may not be looked at: {e.Message}",
                "allow es:ESHttpGet on its mapping and on _index_template"
            );
        }

        return differences.Count == 0
            ? new(LogLevel.Information, $"{state}, as needed")
            : new(
                LogLevel.Warning,
                $"{state}; cis index init was not run on it, or it was changed since: "
                    + $"{string.Join("; ", differences.Take(MaxDifferences))} (see cis index diff)",
                "run cis index diff, then cis index init, or cis index reindex where a field has another type"
            );
    }

    private static SetupFinding NoDeadLetters =>
        new(
            LogLevel.Warning,
            "no dead-letter queue is known, for want of a redrive policy or of permission to read it: what cannot be read "
                + "comes again until its retention ends",
            "give the queue a redrive policy and allow sqs:GetQueueUrl, or set dead-letter-queue-url"
        );

    private static string? WhyNoDeadLetterQueue(string queueUrl, string url) =>
        url == queueUrl ? "is the queue itself: dead letters would be received again"
        : FifoOrder.IsFifo(url) != FifoOrder.IsFifo(queueUrl)
            ? "of this and the queue, one is a FIFO queue and the other is not"
        : null;

    private static SetupFinding Describe(GetQueueAttributesResponse facts, string deadLetters) =>
        new(LogLevel.Information, $"{deadLetters}: {facts.ApproximateNumberOfMessages} messages");

    private static SetupFinding Describe(string url, GetQueueAttributesResponse facts)
    {
        string state =
            $"queue {url}{(FifoOrder.IsFifo(url) ? " (FIFO)" : "")}: {facts.ApproximateNumberOfMessages} messages and "
            + $"{facts.ApproximateNumberOfMessagesNotVisible} in flight, visibility {facts.VisibilityTimeout} s";
        if (facts.Attributes?.GetValueOrDefault("RedrivePolicy") is not { Length: > 0 } text)
        {
            return new(
                LogLevel.Warning,
                $"{state}, no redrive policy: what cannot be read stays in it until its retention ends",
                "give the queue a redrive policy to a dead-letter queue"
            );
        }

        state += $", redrive policy {text}";
        return RedrivePolicy.Parse(text).Receives < LeastReceives
            ? new(
                LogLevel.Warning,
                $"{state}: what an outage fails stays in flight here, and becomes a dead letter if this worker ends, is killed or "
                    + "waits for 12 hours meanwhile",
                "set maxReceiveCount to 3 or more"
            )
            : new(LogLevel.Information, state);
    }

    private static bool IsDenied(AmazonServiceException e) =>
        e.ErrorCode is "AccessDenied" or "AccessDeniedException" or "AllAccessDisabled";
}
