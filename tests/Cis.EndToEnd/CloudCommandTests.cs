using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using Amazon.S3.Model;
using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd;

/// <summary>Against real servers, also what only they can do.</summary>
public sealed class RealCloudCommandTests(RealStack stack) : CloudCommandTests(stack), IClassFixture<RealStack>
{
    [Fact]
    public async Task Keys_of_a_container_s_role_are_renewed_before_they_end()
    {
        await PrepareAsync();
        Assert.Equal(0, Run("index", "init").ExitCode);
        await using CredentialService service = TakeCredentialsFrom(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            TimeSpan.FromSeconds(8)
        );
        await PutAsync("first.pdf", "born-digital.pdf");
        await PutAsync("second.pdf", "born-digital.pdf");
        using RunningProgram worker = Start("worker", "--exit-when-idle", "20");

        await EnqueueAsync("first.pdf");
        await UntilIndexedAsync("first.pdf");
        await service.FirstEndedAsync();
        await EnqueueAsync("second.pdf");
        await UntilIndexedAsync("second.pdf");

        worker.Signal("TERM");
        Assert.Equal(0, worker.Wait().ExitCode);
    }

    [Fact]
    public async Task An_instance_s_role_gives_the_keys_where_nothing_else_does()
    {
        await PrepareAsync();
        Assert.Equal(0, Run("index", "init").ExitCode);
        await using CredentialService service = TakeCredentialsFrom(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            TimeSpan.FromHours(1)
        );
        await PutAsync("file.pdf", "born-digital.pdf");

        using RunningProgram worker = Start("worker");

        await EnqueueAsync("file.pdf");
        await UntilIndexedAsync("file.pdf");

        Assert.True(service.Given > 0);
        worker.Signal("TERM");
        Assert.Equal(0, worker.Wait().ExitCode);
    }

    [Fact]
    public async Task What_a_local_worker_has_written_for_bulk_can_be_sent_as_it_is_and_twice()
    {
        await PrepareAsync();
        Assert.Equal(0, Run("index", "init").ExitCode);
        string inbox = Directory.CreateDirectory(Path.Combine(Folder, "inbox")).FullName;
        File.Copy(Repository.Sample("japanese-born-digital.pdf"), Path.Combine(inbox, "図書館.pdf"));
        string lines = Path.Combine(Folder, "documents.ndjson");
        Assert.Equal(0, Run("worker", "--local", inbox, "--once", "--ndjson", lines).ExitCode);

        using var http = new HttpClient { BaseAddress = Stack.Search.Url };
        for (int time = 0; time < 2; time++)
        {
            using var body = new ByteArrayContent(await File.ReadAllBytesAsync(lines, Stop));
            body.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            using HttpResponseMessage answer = await http.PostAsync("_bulk", body, Stop);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
            Assert.False(json.RootElement.GetProperty("errors").GetBoolean(), json.RootElement.GetRawText());
        }

        Assert.NotNull(await Stack.Search.GetAsync(Index, "図書館.pdf"));
    }

    [Fact]
    public async Task What_a_worker_has_read_is_found_in_the_index_also_after_that_was_replaced_under_it()
    {
        await PrepareAsync();
        Assert.Equal(0, Run("index", "init").ExitCode);
        await PutAsync("first.pdf", "born-digital.pdf");
        await PutAsync("second.pdf", "born-digital.pdf");
        using RunningProgram worker = Start("worker");
        await EnqueueAsync("first.pdf");
        await UntilIndexedAsync("first.pdf");

        ProgramRun replaced = Run("index", "reindex", "--force");
        Assert.True(replaced.ExitCode == 0, replaced.Error);
        Assert.Contains($"{Index} now stands for {Index}-000002 alone", replaced.Output, StringComparison.Ordinal);
        await EnqueueAsync("second.pdf");
        await UntilIndexedAsync("second.pdf");

        using var http = new HttpClient { BaseAddress = Stack.Search.Url };
        using HttpResponseMessage refreshed = await http.PostAsync($"{Index}/_refresh", content: null, Stop);
        ProgramRun found = Run("search", "--index", "observer barometer", "--json");
        Assert.Equal(
            ["first.pdf", "second.pdf"],
            JsonElement
                .Parse(found.Output)
                .EnumerateArray()
                .Select(hit => hit.GetProperty("path").GetString()!)
                .Order(StringComparer.Ordinal)
        );
        worker.Signal("TERM");
        Assert.Equal(0, worker.Wait().ExitCode);
    }

    private CredentialService TakeCredentialsFrom(string variable, TimeSpan life)
    {
        var service = new CredentialService { Lifetime = life, Promised = life };
        Environment.Remove("AWS_ACCESS_KEY_ID");
        Environment.Remove("AWS_SECRET_ACCESS_KEY");
        Environment["HOME"] = Folder;
        Environment[variable] = service.Url.AbsoluteUri.TrimEnd('/');
        return service;
    }
}

/// <summary>Against what every machine can run.</summary>
public sealed class EmulatedCloudCommandTests(EmulatedStack stack)
    : CloudCommandTests(stack),
        IClassFixture<EmulatedStack>;

/// <summary>The packed file's commands around the worker, by the old worker's variables, one after the other.</summary>
public abstract class CloudCommandTests(CloudStack stack) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-commands-");
    private readonly ConcurrentQueue<string> _said = new();

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected CloudStack Stack => stack;

    private protected string Folder => _folder.FullName;

    private protected string Index { get; } = $"c{Guid.NewGuid():N}";

    private string Bucket => Index;

    private protected Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_back_fill_is_indexed_and_its_failures_come_back_from_the_dead_letters()
    {
        await PrepareAsync();
        string[] keys = ["in/請求書 2024+1.pdf", .. Enumerable.Range(0, 11).Select(i => $"in/{i:00}.pdf")];
        foreach (string key in keys)
        {
            await PutAsync(key, "born-digital.pdf");
        }

        await PutAsync("in/secret.pdf", "encrypted.pdf");
        await PutAsync("out/other.pdf", "born-digital.pdf");
        MakeTheIndex();
        FillTheQueue([.. keys, "in/secret.pdf"]);
        Work();

        string secret = ReadTheDeadLetter();
        BringItBack(secret);
        Environment["CIS_PASSWORD"] = "reader";
        Work();

        Assert.Equal((0, "waiting    0\nin flight  0\ndead       0\n"), Said(Run("dlq", "status", "--check")));
        Assert.All(
            [.. keys, "in/secret.pdf"],
            key => Assert.NotNull(stack.Search.GetAsync(Index, $"{Bucket}/{key}").Result)
        );
        Assert.Null(await stack.Search.GetAsync(Index, $"{Bucket}/out/other.pdf"));
    }

    [Fact]
    public async Task Without_credentials_a_sentence_says_what_to_set()
    {
        await PrepareAsync();
        Environment.Remove("AWS_ACCESS_KEY_ID");
        Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        Environment["HOME"] = Folder;

        ProgramRun run = Run("enqueue", $"s3://{Bucket}/", "--dry-run");

        Assert.Equal(75, run.ExitCode);
        Assert.Contains("no AWS credentials were found: give the machine", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_and_a_queue_that_are_not_there_are_wrong_settings()
    {
        await PrepareAsync();
        ProgramRun bucket = Run("enqueue", $"s3://not-{Bucket}/", "--dry-run");
        Environment["SQS_QUEUE_URL"] += "-misspelt";
        ProgramRun queue = Run("dlq", "status");

        Assert.Equal((2, 2), (bucket.ExitCode, queue.ExitCode));
        Assert.Contains("NoSuchBucket", bucket.Error, StringComparison.Ordinal);
        Assert.Contains("-misspelt", queue.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_passes_the_services_of_a_worker_and_fails_a_queue_that_is_not_there()
    {
        await PrepareAsync();
        MakeTheIndex();

        ProgramRun well = Run("doctor");
        Environment["SQS_QUEUE_URL"] += "-misspelt";
        ProgramRun misspelt = Run("doctor");

        Assert.Equal((0, 1), (well.ExitCode, misspelt.ExitCode));
        string[] services = ["region", "credentials", "clock", "queue", "dead-letters", "bucket", "index"];
        Assert.All(services, name => Assert.Contains($"pass  {name}", well.Output, StringComparison.Ordinal));
        Assert.Contains("from variables (AWS_ACCESS_KEY_ID), key ...", well.Output, StringComparison.Ordinal);
        Assert.Contains("fail  queue", misspelt.Output, StringComparison.Ordinal);
        Assert.Contains("-> check queue-url", misspelt.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fifo_queue_is_filled_worked_off_and_its_dead_letters_come_back_or_are_purged()
    {
        await PrepareAsync(isFifo: true);
        string[] good = ["in/a.pdf", "in/b.pdf"];
        string[] locked = ["in/first.pdf", "in/second.pdf"];
        foreach (string key in good)
        {
            await PutAsync(key, "born-digital.pdf");
        }

        foreach (string key in locked)
        {
            await PutAsync(key, "encrypted.pdf");
        }

        Assert.Equal(0, Run("index", "init").ExitCode);
        // Sent twice within five minutes, which is once to a FIFO queue.
        Assert.All(
            Enumerable.Range(0, 2).Select(_ => Run("enqueue", $"s3://{Bucket}/in/")),
            sent => Assert.Contains("4 notifications sent", sent.Error, StringComparison.Ordinal)
        );
        AssertQueueHolds(waiting: 4, dead: 0);

        Work();

        AssertQueueHolds(waiting: 0, dead: 2);
        Assert.Equal(locked, KeysOf(Run("dlq", "peek", "--outcome", "encrypted")));
        AssertQueueHolds(waiting: 0, dead: 2);

        Assert.Equal((0, "1 messages moved\n"), Said(Run("dlq", "redrive", "--outcome", "encrypted", "--limit", "1")));
        AssertQueueHolds(waiting: 1, dead: 1);
        Assert.Equal((0, "1 messages moved\n"), Said(Run("dlq", "redrive")));
        Environment["CIS_PASSWORD"] = "reader";
        Work();
        AssertQueueHolds(waiting: 0, dead: 0);
        Assert.All([.. good, .. locked], key => Assert.NotNull(stack.Search.GetAsync(Index, $"{Bucket}/{key}").Result));

        await PutTornAsync("torn/one.pdf");
        await PutTornAsync("torn/two.pdf");
        Assert.Equal(0, Run("enqueue", $"s3://{Bucket}/torn/").ExitCode);
        Work();
        Assert.Equal((0, "0 messages deleted\n"), Said(Run("dlq", "purge", "--outcome", "encrypted", "--yes")));
        Assert.Equal((0, "2 messages deleted\n"), Said(Run("dlq", "purge", "--outcome", "corrupt", "--yes")));
        AssertQueueHolds(waiting: 0, dead: 0);
    }

    private async Task PutTornAsync(string key) =>
        await stack.S3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Bucket,
                Key = key,
                ContentBody = "%PDF-1.7\nand no more",
            },
            Stop
        );

    private void AssertQueueHolds(int waiting, int dead) =>
        Assert.Equal(
            (dead > 0 ? 1 : 0, $"waiting    {waiting}\nin flight  0\ndead       {dead}\n"),
            Said(Run("dlq", "status", "--check"))
        );

    private static string[] KeysOf(ProgramRun peeked) =>
        [
            .. peeked
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonElement.Parse(line).GetProperty("body").GetString()!)
                .Select(body => JsonElement.Parse(body).GetProperty("s3Key").GetString()!)
                .Order(StringComparer.Ordinal),
        ];

    private protected async Task PrepareAsync(bool isFifo = false)
    {
        await stack.RequireAsync();
        await stack.S3.PutBucketAsync(Bucket, Stop);
        (string queue, _) = await stack.CreateQueuesAsync(Index, maxReceives: 5, Stop, isFifo);
        stack.Describe(Environment, queue, Bucket, Index);
        Environment["CIS_SCRATCH_DIRECTORY"] = Folder;
    }

    private protected Task PutAsync(string key, string sample) => stack.PutSampleAsync(Bucket, key, sample, Stop);

    private protected async Task EnqueueAsync(string key)
    {
        string list = Path.Combine(Folder, key + ".list");
        await File.WriteAllTextAsync(list, key + "\n", Stop);
        ProgramRun sent = Run("enqueue", list);
        Assert.True(sent.ExitCode == 0, sent.Error);
    }

    private protected async Task UntilIndexedAsync(string key)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (await stack.Search.GetAsync(Index, $"{Bucket}/{key}") is null)
        {
            Assert.False(limit.IsCancellationRequested, $"{key} is not indexed:\n{string.Join('\n', _said)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), Stop);
        }
    }

    private protected ProgramRun Run(params string[] arguments) =>
        ProgramRun.Of(Environment, Repository.PackedFile(), arguments);

    private protected RunningProgram Start(params string[] arguments) =>
        new(Repository.PackedFile(), arguments, Environment, _said.Enqueue);

    private static (int ExitCode, string Output) Said(ProgramRun run) => (run.ExitCode, run.Output);

    private void MakeTheIndex()
    {
        Assert.Equal((1, "2 differences; see cis index diff\n"), Said(Run("index", "check")));
        Assert.Equal(0, Run("index", "init").ExitCode);
        Assert.Equal((0, "the index is as needed\n"), Said(Run("index", "check")));
        Assert.Equal((0, ""), Said(Run("index", "diff")));
        Assert.Equal((0, "nothing to do: all was there\n"), Said(Run("index", "init")));
    }

    private void FillTheQueue(string[] keys)
    {
        string source = $"s3://{Bucket}/in/";
        string state = Path.Combine(Folder, "state");
        ProgramRun shown = Run("enqueue", source, "--dry-run");
        Assert.Equal(
            keys.Select(key => $"s3://{Bucket}/{key}").Order(StringComparer.Ordinal),
            shown.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
        );

        ProgramRun sent = Run("enqueue", source, "--resume", state, "--rate", "100");
        Assert.Equal((0, true), (sent.ExitCode, sent.Error.Contains($"{keys.Length} notifications sent", default)));
        ProgramRun again = Run("enqueue", source, "--resume", state);
        Assert.Equal(
            (0, true),
            (again.ExitCode, again.Error.Contains("0 notifications sent", StringComparison.Ordinal))
        );
        Assert.Equal(
            (0, $"waiting    {keys.Length}\nin flight  0\ndead       0\n"),
            Said(Run("dlq", "status", "--check"))
        );
    }

    private void Work()
    {
        ProgramRun worker = Run("worker", "--exit-when-idle", "5");
        Assert.True(worker.ExitCode == 0, worker.Error);
    }

    private string ReadTheDeadLetter()
    {
        Assert.Equal(1, Run("dlq", "status", "--check").ExitCode);
        Assert.Equal((0, ""), Said(Run("dlq", "peek", "--outcome", "corrupt")));
        ProgramRun peeked = Run("dlq", "peek", "--outcome", "encrypted");
        using var letter = JsonDocument.Parse(peeked.Output);
        Assert.Equal("encrypted", letter.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(1, letter.RootElement.GetProperty("receive_count").GetInt32());
        Assert.Contains("in/secret.pdf", letter.RootElement.GetProperty("body").GetString()!, default);
        return peeked.Output;
    }

    private void BringItBack(string letter)
    {
        ProgramRun shown = Run("dlq", "redrive", "--dry-run");
        Assert.Equal(JsonElement.Parse(letter).GetProperty("id").GetString(), IdOf(shown));
        Assert.Equal(1, Run("dlq", "status", "--check").ExitCode);
        // All of them: SQS's own move task, where the server has it.
        Assert.Equal((0, "1 messages moved\n"), Said(Run("dlq", "redrive")));
    }

    private static string? IdOf(ProgramRun shown) => JsonElement.Parse(shown.Output).GetProperty("id").GetString();
}
