using Cis.Aws;
using Cis.Aws.Indexing;
using Cis.Configuration;
using Cis.Worker;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Doctor;

/// <summary>What the worker needs outside this machine: credentials, clock, queue, bucket, index.</summary>
/// <param name="settings">As they hold.</param>
/// <param name="environment">A variable's value by its name.</param>
/// <param name="trace">Hears of each request.</param>
internal sealed class CloudChecks(SettingValues settings, Func<string, string?> environment, Action<string> trace)
    : IDisposable
{
    private AwsClients? _clients;
    private OpenSearchClient? _openSearch;

    /// <summary>The checks; what is not set fails in its own.</summary>
    internal IEnumerable<Check> All() =>
        [
            new("region", Region),
            new("credentials", CredentialsAsync),
            new("clock", ClockAsync),
            new("queue", token => LookAsync("queue", look => look.AtQueueAsync(QueueUrl, token))),
            new("dead-letters", DeadLettersAsync),
            new(
                "bucket",
                token => LookAsync("bucket", look => look.AtBucketAsync(settings.Get(WorkerSettings.Bucket), token))
            ),
            new("index", token => LookAsync("index", look => look.AtIndexAsync(token))),
            new("metadata", MetadataAsync),
        ];

    /// <inheritdoc/>
    public void Dispose()
    {
        _openSearch?.Dispose();
        _clients?.Dispose();
    }

    private AwsClients Clients => _clients ??= new AwsClients(settings.Aws(environment)) { Trace = trace };

    private OpenSearchClient OpenSearch() => _openSearch ??= settings.OpenSearchClient(trace);

    private string QueueUrl => settings.Require(WorkerSettings.QueueUrl);

    // SQS is called in the region that is set, whichever the queue's URL names.
    private Finding Region()
    {
        string region = settings.Aws(environment).Region;
        return QueueRegion.Of(settings.Get(WorkerSettings.QueueUrl)) is { } named && named != region
            ? new("region", CheckStatus.Fail, $"{region}, but queue-url is in {named}", $"set AWS_REGION to {named}")
            : new("region", CheckStatus.Pass, region);
    }

    private async Task<Finding> CredentialsAsync(CancellationToken cancellationToken) =>
        new("credentials", CheckStatus.Pass, await new ServiceLook(Clients).CredentialsAsync(cancellationToken));

    // Requests are signed with the time; AWS refuses those that are five minutes off.
    private async Task<Finding> ClockAsync(CancellationToken cancellationToken)
    {
        TimeSpan off = await new ServiceLook(Clients).ClockOffsetAsync(TimeProvider.System, cancellationToken);
        string found =
            $"{Math.Abs(off.TotalSeconds):0} s {(off < TimeSpan.Zero ? "behind" : "ahead of")} the service's";
        return off.Duration() switch
        {
            var far when far > TimeSpan.FromMinutes(4) => new(
                "clock",
                CheckStatus.Fail,
                found,
                "set it (chronyd): signed requests are refused"
            ),
            var some when some > TimeSpan.FromSeconds(30) => new(
                "clock",
                CheckStatus.Warn,
                found,
                "let chronyd set it"
            ),
            _ => new("clock", CheckStatus.Pass, found),
        };
    }

    private async Task<Finding> DeadLettersAsync(CancellationToken cancellationToken)
    {
        string? url = await new ServiceLook(Clients).DeadLetterQueueAsync(
            QueueUrl,
            settings.Get(WorkerSettings.DeadLetterQueueUrl),
            cancellationToken
        );
        return url is null
            ? new(
                "dead-letters",
                CheckStatus.Warn,
                "there is no dead-letter queue: what cannot be read comes again until its retention ends",
                "give the queue a redrive policy, or set dead-letter-queue-url"
            )
            : new("dead-letters", CheckStatus.Pass, url);
    }

    private async Task<Finding> MetadataAsync(CancellationToken cancellationToken)
    {
        if (InterruptionWatch.ServiceOf(environment) is not { } service)
        {
            return new(
                "metadata",
                CheckStatus.Pass,
                "turned off (AWS_EC2_METADATA_DISABLED): spot interruptions are not noticed"
            );
        }

        return await new ServiceLook(Clients).AnswersAsync(service, cancellationToken)
            ? new("metadata", CheckStatus.Pass, $"{service} answers: spot interruptions and scale-ins are noticed")
            : new(
                "metadata",
                CheckStatus.Warn,
                $"{service} does not answer: this is not an EC2 instance, or it is a container one hop too far away",
                "on EC2, set the hop limit to 2 for containers; elsewhere set drain-on-interruption to off"
            );
    }

    private async Task<Finding> LookAsync(string name, Func<SetupLook, Task<SetupFinding>> look)
    {
        try
        {
            SetupFinding found = await look(new SetupLook(Clients, OpenSearch));
            CheckStatus status = found.Level switch
            {
                >= LogLevel.Error => CheckStatus.Fail,
                LogLevel.Warning => CheckStatus.Warn,
                _ => CheckStatus.Pass,
            };
            return new(name, status, found.Text);
        }
        catch (TransientException e)
        {
            return new(name, CheckStatus.Fail, e.Message, AdviceOn(name));
        }
    }

    private static string AdviceOn(string name) =>
        name switch
        {
            "queue" => "check queue-url, its region, and sqs:GetQueueAttributes",
            "bucket" => "check s3-bucket, and s3:ListBucket",
            _ => "check opensearch-endpoint, its access policy, and opensearch-auth",
        };
}
