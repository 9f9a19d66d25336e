using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Amazon.SQS.Model;
using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd.Faults;

/// <summary>
/// One scenario: a queue, an index and a scratch folder of its own, workers between them, and at its end the account:
/// each file in the index once with the right text, or among the dead letters with the reason; nothing left behind.
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const int ReceiveLimit = 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly CloudStack _stack;
    private readonly string _scenario;
    private readonly string _bucket;
    private readonly string _index = $"f{Guid.NewGuid():N}";
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("cis-faults-");
    private readonly List<WorkerProcess> _workers = []; // ended with the scenario at the latest
    private readonly List<Notice> _sent = [];
    private readonly Stopwatch _clock = new();
    private string _queue = "";
    private string _deadLetters = "";

    private FaultRun(CloudStack stack, string scenario, string bucket)
    {
        _stack = stack;
        _scenario = scenario;
        _bucket = bucket;
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The alias that its documents go to.</summary>
    internal string Index => _index;

    /// <summary>How many messages are among the dead letters.</summary>
    internal Task<int> DeadAsync() => LeftAsync(_deadLetters);

    /// <summary>Where its workers put files while they read them.</summary>
    internal string Scratch => _scratch.FullName;

    /// <summary>Where its files are.</summary>
    internal string Bucket => _bucket;

    /// <summary>What its workers find in their environment.</summary>
    internal Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>What happened, for the table.</summary>
    internal string Remark { get; set; } = "";

    /// <summary>How often its workers have said something.</summary>
    internal int Count(int number) => _workers.Sum(worker => worker.Count(number));

    /// <summary>Makes the queue and the index.</summary>
    internal static async Task<FaultRun> CreateAsync(
        CloudStack stack,
        string scenario,
        string bucket,
        int maxReceives = ReceiveLimit
    )
    {
        var run = new FaultRun(stack, scenario, bucket);
        (run._queue, run._deadLetters) = await stack.CreateQueuesAsync(run._index, maxReceives, Stop);
        stack.Describe(run.Environment, run._queue, bucket, run._index);
        run.MakeIndex();
        run._clock.Start();
        return run;
    }

    /// <summary>Puts notices into the queue.</summary>
    internal async Task SendAsync(params IEnumerable<Notice> notices)
    {
        foreach (Notice[] batch in notices.Chunk(10))
        {
            _sent.AddRange(batch);
            List<SendMessageBatchRequestEntry> entries =
            [
                .. batch.Select((notice, i) => new SendMessageBatchRequestEntry($"{i}", notice.Body)),
            ];
            SendMessageBatchResponse answer = await _stack.Sqs.SendMessageBatchAsync(_queue, entries, Stop);
            Assert.Equal(batch.Length, answer.Successful.Count);
        }
    }

    /// <summary>Starts a worker.</summary>
    internal WorkerProcess Start(params IEnumerable<string> more) => Start(Repository.PackedFile(), more);

    /// <summary>Starts a worker by way of another program.</summary>
    /// <param name="program">Gets the worker's command line as its own last arguments.</param>
    /// <param name="before">What comes before those.</param>
    /// <param name="more">More flags of the worker's.</param>
    internal WorkerProcess StartBy(string program, IEnumerable<string> before, params IEnumerable<string> more) =>
        Start(program, more, [.. before, Repository.PackedFile()]);

    /// <summary>Lets a last worker do what is left, and ends it.</summary>
    internal async Task FinishAsync(params string[] more)
    {
        WorkerProcess worker = Start(more);
        await FinishAsync(worker);
    }

    /// <summary>Waits until the queue is empty, and ends a worker.</summary>
    internal async Task FinishAsync(WorkerProcess worker)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(Timeout);
        // There may be nothing left to do: before it has started, a signal ends it as any program.
        await worker.UntilAsync(WorkerProcess.Started, 1);
        while (await LeftAsync(_queue) > 0)
        {
            await Task.Delay(LookEvery, limit.Token);
        }

        worker.Signal("TERM");
        AssertEnded(worker, 0);
    }

    /// <summary>Waits for a worker's end.</summary>
    internal static void AssertEnded(WorkerProcess worker, int exitCode)
    {
        (int code, string error) = worker.Wait();
        Assert.True(code == exitCode, $"exit code {code}: {error}");
    }

    /// <summary>Compares what there is with what there is to be, and enters the scenario into the table.</summary>
    internal async Task AccountAsync()
    {
        TimeSpan time = _clock.Elapsed;
        Dictionary<string, JsonElement> documents = await DocumentsAsync();
        List<Message> dead = await DeadLettersAsync();
        AssertDocuments(documents);
        AssertDeadLetters(dead);
        Assert.Equal(0, await LeftAsync(_queue));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Scratch));

        int files = _sent.Sum(notice => Math.Max(1, notice.Documents.Count));
        FaultTable.Add(
            new FaultRow(_scenario, _stack.Name, files, documents.Count)
            {
                DeadLetters = dead.Select(OutcomeOf).CountBy(outcome => outcome).ToDictionary(StringComparer.Ordinal),
                ReadAgain =
                    _workers.Sum(worker => worker.Settled) - files + _sent.Count(notice => notice.Documents.Count == 0),
                Starts = _workers.Count,
                Remark = Remark,
                Time = time,
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WorkerProcess worker in _workers)
        {
            worker.Dispose();
        }

        _stack.Gate.RefuseWhole(0);
        _stack.Gate.RefuseHalves(0);
        await _stack.StoreLine.MendAsync();
        await _stack.SearchLine.MendAsync();
        _scratch.Delete(recursive: true);
    }

    private WorkerProcess Start(string program, IEnumerable<string> more, params IEnumerable<string> before)
    {
        string[] arguments =
        [
            .. before,
            "worker",
            "--log-format",
            "json",
            "--drain-on-interruption",
            "off",
            "--visibility-seconds",
            "10",
            "--bulk-seconds",
            "0.3",
            "--scratch-directory",
            Scratch,
            .. more,
        ];
        var worker = new WorkerProcess(program, arguments, Environment);
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Makes the index, as <c>cis index init</c> does.</summary>
    internal void MakeIndex()
    {
        var made = ProgramRun.Of(
            Repository.PackedFile(),
            ["index", "init", "--opensearch-endpoint", _stack.Search.Url.AbsoluteUri, "--opensearch-index", _index]
        );
        Assert.True(made.ExitCode == 0, made.Error);
    }

    /// <summary>How many messages are in somebody's hands.</summary>
    internal async Task<int> HiddenAsync() =>
        (await _stack.Sqs.GetQueueAttributesAsync(_queue, ["All"], Stop)).ApproximateNumberOfMessagesNotVisible;

    private async Task<int> LeftAsync(string queue)
    {
        GetQueueAttributesResponse facts = await _stack.Sqs.GetQueueAttributesAsync(queue, ["All"], Stop);
        return facts.ApproximateNumberOfMessages
            + facts.ApproximateNumberOfMessagesNotVisible
            + facts.ApproximateNumberOfMessagesDelayed;
    }

    private async Task<Dictionary<string, JsonElement>> DocumentsAsync()
    {
        using var http = new HttpClient { BaseAddress = _stack.Search.Url };
        using HttpResponseMessage refreshed = await http.PostAsync($"{_index}/_refresh", content: null, Stop);
        refreshed.EnsureSuccessStatusCode();
        string found = await http.GetStringAsync($"{_index}/_search?size=1000", Stop);
        return JsonElement
            .Parse(found)
            .GetProperty("hits")
            .GetProperty("hits")
            .EnumerateArray()
            .ToDictionary(
                hit => hit.GetProperty("_id").GetString()!,
                hit => hit.GetProperty("_source"),
                StringComparer.Ordinal
            );
    }

    private async Task<List<Message>> DeadLettersAsync()
    {
        var all = new List<Message>();
        while (await LeftAsync(_deadLetters) > 0)
        {
            var request = new ReceiveMessageRequest(_deadLetters)
            {
                MaxNumberOfMessages = 10,
                MessageAttributeNames = ["All"],
            };
            ReceiveMessageResponse answer = await _stack.Sqs.ReceiveMessageAsync(request, Stop);
            foreach (Message message in answer.Messages ?? [])
            {
                all.Add(message);
                await _stack.Sqs.DeleteMessageAsync(_deadLetters, message.ReceiptHandle, Stop);
            }
        }

        return all;
    }

    private void AssertDocuments(Dictionary<string, JsonElement> documents)
    {
        var wanted = _sent
            .SelectMany(notice => notice.Documents)
            .Where(document => document.File.Text is not null)
            .DistinctBy(document => document.Id) // of several versions the newest is sent first
            .ToDictionary(document => document.Id, document => document.File, StringComparer.Ordinal);
        Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), documents.Keys.Order(StringComparer.Ordinal));
        foreach ((string id, FaultFile file) in wanted)
        {
            JsonElement document = documents[id];
            Assert.Equal(file.Key, document.GetProperty("s3_key").GetString());
            Assert.Equal(file.Text, FaultFile.Normalize(document.GetProperty("extracted_text").GetString()!));
        }
    }

    // The same message may be there twice, if a worker died between the sending and the deletion: never none.
    private void AssertDeadLetters(List<Message> dead)
    {
        var wanted = _sent
            .Where(notice => notice.Outcome is not null)
            .DistinctBy(notice => notice.Body)
            .ToDictionary(notice => notice.Body, notice => notice.Outcome!, StringComparer.Ordinal);
        Assert.Equal(
            wanted.Keys.Order(StringComparer.Ordinal),
            dead.Select(message => message.Body).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
        foreach (Message message in dead)
        {
            Assert.Equal(wanted[message.Body], OutcomeOf(message));
            Assert.NotEqual("", message.MessageAttributes["cis-reason"].StringValue);
            Assert.InRange(
                int.Parse(message.MessageAttributes["cis-receive-count"].StringValue, CultureInfo.InvariantCulture),
                1,
                ReceiveLimit
            );
        }
    }

    private static string OutcomeOf(Message message) =>
        message.MessageAttributes?.GetValueOrDefault("cis-outcome")?.StringValue ?? "without an outcome";
}
