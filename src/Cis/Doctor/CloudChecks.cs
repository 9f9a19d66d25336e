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
/// <param name="open">Makes what speaks to AWS.</param>
/// <param name="trace">Hears of each request to OpenSearch.</param>
internal sealed class CloudChecks(
    SettingValues settings,
    Func<string, string?> environment,
    Func<AwsOptions, AwsClients> open,
    Action<string> trace
) : IDisposable
{
    private AwsClients? _clients;
    private OpenSearchClient? _openSearch;

    /// <summary>The checks; what is not set fails in its own.</summary>
    internal IEnumerable<Check> All() =>
        [
            new("region", Region),
            new("credentials", CredentialsAsync),
            new("clock", ClockAsync),
            new("queue", QueueAsync),
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

    private static readonly TimeSpan MaxVisibility = TimeSpan.FromHours(12);

    private AwsClients Clients => _clients ??= open(settings.Aws(environment));

    private OpenSearchClient OpenSearch() => _openSearch ??= settings.OpenSearchClient(trace);

    private string QueueUrl => settings.Require(WorkerSettings.QueueUrl);

    // SQS is called in the region that is set, whichever the queue's URL names.
    private Finding Region()
    {
        AwsOptions aws = settings.Aws(environment);
        string region = aws.Region;
        string? ofQueue = QueueRegion.Of(settings.Get(WorkerSettings.QueueUrl));
        if (ofQueue is not null && ofQueue != region)
        {
            return new(
                "region",
                CheckStatus.Fail,
                $"{region}, but queue-url is in {ofQueue}",
                $"set AWS_REGION to {ofQueue}"
            );
        }

        string origin = settings.RegionOrigin();
        return origin == SettingValue.DefaultOrigin && ofQueue is null && aws.SqsEndpoint is null
            ? new("region", CheckStatus.Warn, $"{region}, because none is set", "set AWS_REGION")
            : new("region", CheckStatus.Pass, $"{region} ({origin})");
    }

    private async Task<Finding> CredentialsAsync(CancellationToken cancellationToken) =>
        FindingOf("credentials", await new ServiceLook(Clients).CredentialsAsync(cancellationToken));

    // Requests are signed with the time; AWS refuses those that are five minutes off.
    private async Task<Finding> ClockAsync(CancellationToken cancellationToken)
    {
        TimeSpan off;
        try
        {
            off = await new ServiceLook(Clients).ClockOffsetAsync(TimeProvider.System, cancellationToken);
        }
        catch (TransientException e)
        {
            return new(
                "clock",
                CheckStatus.Fail,
                $"cannot be compared: {e.Message}",
                "check the way to SQS: name service, route, security group, VPC endpoint, proxy"
            );
        }

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

    // A message stays invisible to others for 12 hours at most; work that goes on for longer is abandoned.
    private async Task<Finding> QueueAsync(CancellationToken cancellationToken)
    {
        Finding finding = await LookAsync("queue", look => look.AtQueueAsync(QueueUrl, cancellationToken));
        TimeSpan limit = settings.Get(Settings.FileSeconds);
        return finding.Status == CheckStatus.Pass && (limit == TimeSpan.Zero || limit > MaxVisibility)
            ? finding with
            {
                Status = CheckStatus.Warn,
                Found = $"{finding.Found}; SQS hides a message for 12 hours, and file-seconds allows a file more",
                Advice = "set file-seconds to at most 12h",
            }
            : finding;
    }

    private Task<Finding> DeadLettersAsync(CancellationToken cancellationToken)
    {
        string? configured = settings.Get(WorkerSettings.DeadLetterQueueUrl);
        return LookAsync("dead-letters", look => look.AtDeadLettersAsync(QueueUrl, configured, cancellationToken));
    }

    private async Task<Finding> MetadataAsync(CancellationToken cancellationToken)
    {
        if (!settings.Get(WorkerSettings.DrainOnInterruption))
        {
            return new("metadata", CheckStatus.Pass, "not asked (drain-on-interruption is off)");
        }

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
            return FindingOf(name, await look(new SetupLook(Clients, OpenSearch)));
        }
        catch (TransientException e)
        {
            return new(name, CheckStatus.Fail, e.Message, AdviceOn(name));
        }
    }

    private static Finding FindingOf(string name, SetupFinding found)
    {
        CheckStatus status = found.Level switch
        {
            >= LogLevel.Error => CheckStatus.Fail,
            LogLevel.Warning => CheckStatus.Warn,
            _ => CheckStatus.Pass,
        };
        return new(name, status, found.Text, found.Advice);
    }

    private static string AdviceOn(string name) =>
        name switch
        {
            "dead-letters" => "check dead-letter-queue-url, or the queue's redrive policy, and sqs:GetQueueUrl",
            "queue" => "check queue-url, its region, and sqs:GetQueueAttributes",
            "bucket" => "check s3-bucket, and s3:ListBucket",
            _ => "check opensearch-endpoint, its access policy, and opensearch-auth",
        };
}
