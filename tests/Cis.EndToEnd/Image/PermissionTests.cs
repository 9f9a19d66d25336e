using System.Globalization;
using System.Text.Json.Nodes;
using Cis.Aws.Tests.Support;
using Cis.EndToEnd.Faults;
using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd.Image;

/// <summary>The policies of deploy/iam allow what is called, and nothing else.</summary>
public sealed class PermissionTests(EmulatedStack stack) : IClassFixture<EmulatedStack>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-permissions-");
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);
    private readonly string _name = $"p{Guid.NewGuid():N}";
    private CallRecorder[] _recorders = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await stack.RequireAsync();
        await stack.S3.PutBucketAsync(_name, Stop);
        (string queue, _) = await stack.CreateQueuesAsync(_name, maxReceives: 5, Stop);
        stack.Describe(_environment, queue, _name, _name);
        var index = new IndexRecorder(stack.SearchLine.Url, _name);
        _recorders = [new QueueRecorder(stack.QueueUrl), new StoreRecorder(stack.StoreLine.Url), index];
        _environment["AWS_ENDPOINT_URL_SQS"] = _recorders[0].Url.AbsoluteUri;
        _environment["AWS_ENDPOINT_URL_S3"] = _recorders[1].Url.AbsoluteUri;
        _environment["OPENSEARCH_ENDPOINT"] = index.Url.AbsoluteUri;
        _environment["CIS_SCRATCH_DIRECTORY"] = _folder.FullName;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (CallRecorder recorder in _recorders)
        {
            await recorder.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_worker_may_do_what_it_does_and_no_more()
    {
        // While there is no index it has to find out whether there is an old worker's of that name.
        Run(1, "doctor");
        List<AwsCall> calls = TakeCalls();
        Run(0, "index", "init");
        await PutAsync("born-digital.pdf", "encrypted.pdf", "scan.pdf");
        Run(0, "enqueue", $"s3://{_name}/");
        await SendAsync(
            new JsonObject
            {
                ["s3Key"] = "born-digital.pdf",
                ["fileId"] = "1",
                ["s3VersionId"] = "v",
            }
        );
        _ = TakeCalls();

        Run(0, "worker", "--exit-when-idle", "3");
        Run(0, "doctor");
        await ReturnMessagesAsync();
        calls.AddRange(TakeCalls());

        AssertFits("worker.json", calls);
    }

    [Fact]
    public async Task An_operator_may_do_what_the_commands_around_the_worker_do_and_no_more()
    {
        await PutAsync("encrypted.pdf", "born-digital.pdf");
        Run(0, "index", "init");
        Run(0, "index", "check");
        Run(0, "index", "reindex", "--force");
        Run(0, "search", "--index", "word");
        Run(0, "enqueue", $"s3://{_name}/");
        List<AwsCall> calls = TakeCalls();
        Run(0, "worker", "--exit-when-idle", "3");
        _ = TakeCalls();

        Run(1, "dlq", "status", "--check");
        Run(0, "dlq", "peek");
        Run(0, "dlq", "redrive", "--outcome", "encrypted");
        Run(0, "dlq", "redrive");
        Run(0, "dlq", "purge", "--outcome", "corrupt", "--yes");
        Run(0, "dlq", "purge", "--yes");
        calls.AddRange(TakeCalls());

        AssertFits("operator.json", calls);
    }

    [Fact]
    public void Whoever_counts_messages_may_do_that_alone()
    {
        Run(0, "dlq", "status");

        AssertFits("scaling-reader.json", TakeCalls());
    }

    // What no engine has begun goes back to the queue at once when the worker is told to end.
    private async Task ReturnMessagesAsync()
    {
        for (int i = 0; i < 12; i++)
        {
            await SendAsync(new JsonObject { ["s3Key"] = "scan.pdf", ["fileId"] = $"scan-{i}" });
        }

        _environment["CIS_LOG_FORMAT"] = "json";
        // Whose metrics are looked at counts the messages of both queues.
        _environment["CIS_METRICS_PORT"] = ServerProcess.FreePort().ToString(CultureInfo.InvariantCulture);
        using var worker = new WorkerProcess(Repository.PackedFile(), ["worker"], _environment);
        await worker.UntilAsync(WorkerProcess.FileEnded, 1);
        worker.Signal("TERM");
        Assert.Equal(0, worker.Wait().ExitCode);
    }

    private static void AssertFits(string name, List<AwsCall> calls)
    {
        var policy = new PolicyFile(name);
        Assert.Equal([], policy.Missing(calls));
        Assert.Equal([], policy.Needless(calls));
    }

    private List<AwsCall> TakeCalls() => [.. _recorders.SelectMany(recorder => recorder.Take())];

    private void Run(int exitCode, params string[] arguments)
    {
        var run = ProgramRun.Of(_environment, Repository.PackedFile(), arguments);
        Assert.True(
            run.ExitCode == exitCode,
            $"{string.Join(' ', arguments)}: {run.ExitCode} {run.Output} {run.Error}"
        );
    }

    private async Task SendAsync(JsonObject body) =>
        await stack.Sqs.SendMessageAsync(_environment["SQS_QUEUE_URL"], body.ToJsonString(), Stop);

    private async Task PutAsync(params string[] samples)
    {
        foreach (string sample in samples)
        {
            await stack.PutSampleAsync(_name, sample, sample, Stop);
        }
    }
}
