using Cis.Aws;
using Cis.Aws.Indexing;
using Cis.Aws.Queueing;
using Cis.Aws.Storing;
using Cis.Configuration;
using Cis.Worker;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Backends;

/// <summary>SQS, S3 and OpenSearch.</summary>
internal sealed class CloudBackend : WorkerBackend
{
    private readonly AwsClients _clients;
    private readonly OpenSearchClient _openSearch;
    private readonly InterruptionWatch? _interruptions;

    private CloudBackend(
        AwsClients clients,
        OpenSearchClient openSearch,
        InterruptionWatch? interruptions,
        SettingValues settings,
        string queueUrl,
        ILogger log
    )
    {
        _clients = clients;
        _openSearch = openSearch;
        _interruptions = interruptions;
        QueueName = queueUrl;
        IndexName = $"{settings.Get(WorkerSettings.Index)} at {openSearch.Host}";
        Queue = new SqsQueue(clients, queueUrl, settings.Get(WorkerSettings.DeadLetterQueueUrl));
        Store = new S3ObjectStore(clients, settings.Downloads());
        Index = new KnownFieldsIndex(new OpenSearchIndex(openSearch), log);
        DefaultBucket = settings.Get(WorkerSettings.Bucket);
        var look = new SetupLook(clients, () => openSearch);
        Setup =
        [
            (Dependency.Queue, token => look.AtQueueAsync(queueUrl, token)),
            (Dependency.Store, token => look.AtBucketAsync(DefaultBucket, token)),
            (Dependency.Index, look.AtIndexAsync),
        ];
    }

    /// <inheritdoc/>
    internal override string QueueName { get; }

    /// <inheritdoc/>
    internal override string IndexName { get; }

    /// <inheritdoc/>
    internal override IMessageQueue Queue { get; }

    /// <inheritdoc/>
    internal override IObjectStore Store { get; }

    /// <inheritdoc/>
    internal override IDocumentIndex Index { get; }

    /// <inheritdoc/>
    internal override string? DefaultBucket { get; }

    /// <inheritdoc/>
    internal override IReadOnlyList<(Dependency Part, Func<CancellationToken, Task<SetupFinding>> Look)> Setup { get; }

    /// <summary>Makes the clients; nothing is sent yet.</summary>
    /// <exception cref="SettingException">What is needed is not set, or cannot be.</exception>
    internal static CloudBackend Open(SettingValues settings, Func<string, string?> environment, ILogger log)
    {
        string queueUrl = settings.Require(WorkerSettings.QueueUrl);
        OpenSearchOptions openSearch = settings.OpenSearch();
        try
        {
            return new CloudBackend(
                new AwsClients(settings.Aws(environment)),
                new OpenSearchClient(openSearch),
                InterruptionsOf(settings, environment),
                settings,
                queueUrl,
                log
            );
        }
        catch (FormatException e)
        {
            throw new SettingException(e.Message);
        }
    }

    /// <inheritdoc/>
    internal override async Task<string> FeedAsync(CancellationToken cancellationToken)
    {
        if (_interruptions is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        return await _interruptions!.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _interruptions?.Dispose();
        _openSearch.Dispose();
        _clients.Dispose();
    }

    private static InterruptionWatch? InterruptionsOf(SettingValues settings, Func<string, string?> environment) =>
        settings.Get(WorkerSettings.DrainOnInterruption) && InterruptionWatch.ServiceOf(environment) is { } service
            ? new InterruptionWatch(service, TimeProvider.System)
            : null;
}
