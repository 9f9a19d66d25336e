using System.Text.Json;

namespace Cis.EndToEnd.Sandbox;

/// <summary>A document that has taken over its parser gets nothing, and loses nothing but itself.</summary>
public sealed class SandboxTests : IDisposable
{
    private const int Crashed = 70;
    private const int Corrupt = 7;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-sandbox-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("socket", "socket")]
    [InlineData("metadata", "socket")]
    [InlineData("exec", "execve")]
    [InlineData("fork", "clone")]
    [InlineData("ptrace", "ptrace")]
    [InlineData("parent", "process_vm_readv")]
    [InlineData("kill", "kill")]
    [InlineData("directory", "83")]
    [InlineData("code", "mprotect")]
    public void A_system_call_that_reading_does_not_take_ends_the_process_and_is_named(string attack, string call)
    {
        using var cis = new Attacker();

        ProgramRun run = cis.Run(["ocr", "-q"], cis.WriteFile(attack));

        Assert.Equal(Crashed, run.ExitCode);
        Assert.Contains($"system call {call}", run.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(cis.Witness));
    }

    [Theory]
    [InlineData("environment", "/proc/self/environ")]
    [InlineData("write", "attacker-was-here")]
    public void A_file_that_it_opens_is_not_there_and_that_is_said(string attack, string path)
    {
        using var cis = new Attacker();

        ProgramRun run = cis.Run(["ocr", "-q"], cis.WriteFile(attack));

        Assert.Equal(Corrupt, run.ExitCode);
        Assert.Matches($"tried to open \\S*{path}", run.Error);
        Assert.False(Path.Exists(cis.Witness));
    }

    [Theory]
    [InlineData("crash", "crashed", "signal 11")]
    [InlineData("overflow", "crashed", "signal 11")]
    [InlineData("abort", "crashed", "signal 6")]
    [InlineData("nonsense", "crashed", "answered with")]
    [InlineData("hang", "timed-out", "page-seconds")]
    [InlineData("eat", "too-large", "max-page-memory")]
    [InlineData("eat-past", "crashed", "signal 6")]
    public void What_dies_hangs_or_eats_costs_its_own_file_and_not_the_next(string attack, string outcome, string said)
    {
        using var cis = new Attacker();
        string output = Path.Combine(_folder.FullName, "out.ndjson");

        ProgramRun run = cis.Run(
            ["ocr", "--format", "ndjson", "-o", output, "--engines", "1", "--page-seconds", "5"],
            cis.WriteFile(attack),
            Repository.Sample("photo.jpg")
        );

        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(output);
        Assert.Equal([outcome, "ok"], lines.Select(Outcome));
        Assert.Contains("orchard", lines[1], StringComparison.Ordinal);
    }

    private static string? Outcome(string line) =>
        JsonDocument.Parse(line).RootElement.GetProperty("outcome").GetString();

    [Fact]
    public async Task A_process_that_the_machine_kills_costs_no_file()
    {
        string output = Path.Combine(_folder.FullName, "out.ndjson");
        string[] files = [.. Enumerable.Range(0, 5).Select(i => Copy("scan.pdf", $"scan{i}.pdf"))];
        using var cis = new RunningProgram(
            Repository.PackedFile(),
            ["ocr", "-q", "--engines", "1", "--format", "ndjson", "-o", output, .. files]
        );
        string first = await ChildAsync(cis, other: "");
        _ = ProgramRun.Of("/bin/kill", "-s", "KILL", first);
        _ = await ChildAsync(cis, other: first);

        (int exitCode, string error) = cis.Wait();

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(5, File.ReadLines(output).Count(line => line.Contains("lighthouse", StringComparison.Ordinal)));
    }

    private string Copy(string sample, string name)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.Copy(Repository.Sample(sample), path);
        return path;
    }

    /// <summary>Waits for a process that a program has started, another than one.</summary>
    private static async Task<string> ChildAsync(RunningProgram program, string other)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            string[] children = ChildrenOf(program.Id);
            if (children.FirstOrDefault(child => child != other) is { } found)
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }
    }

    private static string[] ChildrenOf(int process)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateDirectories($"/proc/{process}/task")
                    .SelectMany(thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' '))
                    .Where(child => child.Length > 0),
            ];
        }
        catch (IOException)
        {
            return []; // a thread ended while it was looked at
        }
    }

    [Fact]
    public async Task A_worker_outlives_whatever_files_do_and_reads_all_others()
    {
        using var cis = new Attacker();
        string inbox = _folder.CreateSubdirectory("inbox").FullName;
        string ndjson = Path.Combine(_folder.FullName, "documents.ndjson");
        string[] attacks = ["crash", "hang", "eat"];
        for (int i = 0; i < 15; i++)
        {
            _ = cis.WriteFile(attacks[i % 3], $"attack{i}.pdf", inbox);
        }

        for (int i = 0; i < 185; i++)
        {
            File.Copy(Repository.Sample("hungarian.png"), Path.Combine(inbox, $"good{i}.png"));
        }

        var said = new List<string>();
        using RunningProgram worker = cis.Start(
            ["worker", "--local", inbox, "--ndjson", ndjson, "--once", "--page-seconds", "3", "--engines", "2"],
            said.Add
        );
        string maps = await MapsAtWorkAsync(worker, ndjson);
        (int exitCode, string error) = worker.Wait();

        Assert.True(exitCode == 0, error);
        Assert.Equal(
            185,
            File.ReadLines(ndjson).Count(line => line.Contains("\"file_name\":\"good", StringComparison.Ordinal))
        );
        Assert.Single(said, line => line.Contains("Started cis", StringComparison.Ordinal));
        Assert.DoesNotContain("pdfium", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("vips", maps, StringComparison.Ordinal);
        Assert.Contains("libonnxruntime", maps, StringComparison.Ordinal);
    }

    /// <summary>What is mapped into the worker when it has read some files.</summary>
    private static async Task<string> MapsAtWorkAsync(RunningProgram worker, string ndjson)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (!File.Exists(ndjson) || new FileInfo(ndjson).Length == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);
        }

        return await File.ReadAllTextAsync($"/proc/{worker.Id}/maps", limit.Token);
    }
}
