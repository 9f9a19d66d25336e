using System.Text.Json;

namespace Cis.EndToEnd;

/// <summary>The packed file as a worker over a folder: <c>cis worker --local</c>, and <c>cis search</c> over what it read.</summary>
public sealed class LocalWorkerTests : IDisposable
{
    private static readonly string[] Samples = ["scan.pdf", "fax.tiff", "japanese-born-digital.pdf", "encrypted.pdf"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cis-inbox-");
    private readonly string _cis = Repository.PackedFile();

    private string Inbox => Path.Combine(_directory.FullName, "in box");

    private string Ndjson => Path.Combine(_directory.FullName, "documents.ndjson");

    public LocalWorkerTests() => Directory.CreateDirectory(Inbox);

    public void Dispose() => _directory.Delete(recursive: true);

    private string[] WorkerArguments => ["worker", "--local", Inbox, "--ndjson", Ndjson];

    private void Drop(string sample, string name) => File.Copy(Repository.Sample(sample), Path.Combine(Inbox, name));

    private ProgramRun RunOnce() => ProgramRun.Of(_cis, [.. WorkerArguments, "--once"]);

    /// <summary>The hits as path and page.</summary>
    private string[] Find(string query)
    {
        var search = ProgramRun.Of(_cis, ["search", query, "--local", Inbox, "--format", "json", "--limit", "1000"]);
        Assert.Equal((0, ""), (search.ExitCode, search.Error));
        return
        [
            .. JsonDocument
                .Parse(search.Output)
                .RootElement.EnumerateArray()
                .Select(hit => $"{hit.GetProperty("path").GetString()} {hit.GetProperty("page").GetInt32()}")
                .Order(StringComparer.Ordinal),
        ];
    }

    private int DocumentsWritten() => File.Exists(Ndjson) ? File.ReadAllLines(Ndjson).Length / 2 : 0;

    private async Task StopAsync(RunningProgram worker, int afterDocuments, string signal)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        int before = DocumentsWritten();
        while (DocumentsWritten() < before + afterDocuments || !Directory.Exists(Path.Combine(Inbox, ".cis")))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }

        worker.Signal(signal);
    }

    [Fact]
    public void What_is_in_a_folder_is_read_once_and_found_by_its_words()
    {
        foreach (string sample in Samples)
        {
            Drop(sample, sample);
        }

        ProgramRun first = RunOnce();
        ProgramRun second = RunOnce();

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Contains("encrypted.pdf is encrypted", first.Error, StringComparison.Ordinal);
        Assert.Equal(["fax.tiff 1", "scan.pdf 1"], Find("lighthouse \"wind had gone\""));
        Assert.Equal(["japanese-born-digital.pdf 1"], Find("開館時間"));
        Assert.Equal(3, DocumentsWritten());
        Assert.Equal(
            Samples.Order(StringComparer.Ordinal),
            Directory.GetFiles(Inbox).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_worker_killed_again_and_again_loses_no_file_and_indexes_none_twice()
    {
        List<string> names = [.. Enumerable.Range(0, 20).Select(number => $"{number:00}.pdf")];
        names.ForEach(name => Drop("born-digital.pdf", name));

        foreach (int documents in (int[])[0, 1, 0, 1, 1])
        {
            // All the others may be done already: a batch takes them all.
            names.Add($"{names.Count:00}.pdf");
            Drop("born-digital.pdf", names[^1]);
            using var worker = new RunningProgram(_cis, WorkerArguments);
            await StopAsync(worker, documents, "KILL");
            worker.Wait();
        }

        // Whatever the last kill left, so that the last run has something to do in any case.
        Drop("japanese-born-digital.pdf", "last.pdf");
        Assert.Equal(0, RunOnce().ExitCode);

        Assert.Equal(names.Select(name => $"{name} 1"), Find("\"the observer reads\""));
        Assert.Equal(["last.pdf 1"], Find("図書館"));
    }

    [Fact]
    public async Task A_worker_told_to_stop_ends_well_and_the_next_one_goes_on()
    {
        string[] names = [.. Enumerable.Range(0, 12).Select(number => $"{number:00}.pdf")];
        foreach (string name in names)
        {
            Drop("born-digital.pdf", name);
        }

        using var worker = new RunningProgram(_cis, WorkerArguments);
        await StopAsync(worker, afterDocuments: 1, "TERM");
        Assert.Equal(0, worker.Wait().ExitCode);

        Assert.Equal(0, RunOnce().ExitCode);

        Assert.Equal(names.Select(name => $"{name} 1"), Find("\"the observer reads\""));
    }

    [Fact]
    public async Task A_file_dropped_into_a_watched_folder_is_found()
    {
        using var worker = new RunningProgram(_cis, WorkerArguments);
        Drop("japanese-born-digital.pdf", "図書館 案内.pdf");

        await StopAsync(worker, afterDocuments: 1, "TERM");

        Assert.Equal(0, worker.Wait().ExitCode);
        Assert.Equal(["図書館 案内.pdf 1"], Find("図書館"));
    }

    [Theory]
    [InlineData("--recycle-after-pages", "3")]
    [InlineData("--memory-limit", "1MiB")]
    public void A_worker_that_restarts_again_and_again_reads_every_file_once(string setting, string value)
    {
        string[] names = [.. Enumerable.Range(0, 12).Select(number => $"{number:00}.pdf")];
        foreach (string name in names)
        {
            Drop("scan.pdf", name);
        }

        var worker = ProgramRun.Of(_cis, [.. WorkerArguments, "--once", "--engines", "1", setting, value]);

        Assert.Equal(0, worker.ExitCode);
        Assert.InRange(worker.Error.Split("Restarting the worker").Length, 2, 13);
        Assert.Equal(names.Select(name => $"{name} 1"), Find("lighthouse"));
        Assert.Equal(names.Length, DocumentsWritten());
    }

    [Fact]
    public async Task A_worker_that_has_restarted_still_heeds_signals()
    {
        Drop("scan.pdf", "scan.pdf");
        using var worker = new RunningProgram(_cis, [.. WorkerArguments, "--memory-limit", "1MiB"]);
        await StopAsync(worker, afterDocuments: 1, "CONT");
        Drop("scan.pdf", "another.pdf");

        await StopAsync(worker, afterDocuments: 1, "TERM");

        (int exitCode, string error) = worker.Wait();
        Assert.Equal(0, exitCode);
        Assert.Contains("Restarting the worker", error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_could_not_be_read_is_listed_by_its_outcome_and_can_be_tried_again_or_forgotten()
    {
        Drop("encrypted.pdf", "encrypted.pdf");
        File.WriteAllText(Path.Combine(Inbox, "torn.pdf"), "%PDF-1.7 torn");
        Assert.Equal(0, RunOnce().ExitCode);

        Assert.Equal((1, "waiting    0\nin flight  0\ndead       2\n"), Dlq("status", "--check"));
        using (var letter = JsonDocument.Parse(Dlq("peek", "--outcome", "encrypted").Output))
        {
            Assert.Equal("encrypted", letter.RootElement.GetProperty("outcome").GetString());
            Assert.Contains("password", letter.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal((0, "1 messages moved\n"), Dlq("redrive", "--outcome", "encrypted"));
        Assert.Equal(0, ProgramRun.Of(_cis, [.. WorkerArguments, "--once", "--password", "reader"]).ExitCode);
        Assert.Equal((0, "1 messages deleted\n"), Dlq("purge", "--outcome", "corrupt", "--yes"));
        Assert.Equal(0, Dlq("status", "--check").ExitCode);
    }

    private (int ExitCode, string Output) Dlq(params string[] arguments)
    {
        var run = ProgramRun.Of(_cis, ["dlq", .. arguments, "--local", Inbox]);
        return (run.ExitCode, run.Output);
    }
}
