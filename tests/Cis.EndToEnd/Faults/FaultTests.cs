using System.Globalization;
using System.Text.Json;
using Cis.EndToEnd.Servers;

[assembly: AssemblyFixture(typeof(RealStack))]
[assembly: AssemblyFixture(typeof(EmulatedStack))]

namespace Cis.EndToEnd.Faults;

/// <summary>With servers that every machine can run.</summary>
public sealed class EmulatedFaultTests(EmulatedStack stack) : FaultTests(stack);

/// <summary>
/// Mixed files from the queue to the index while something goes wrong: after each scenario every file is indexed once
/// with the right text, or among the dead letters with the reason; the queue is empty, and so is scratch.
/// </summary>
public abstract class FaultTests(CloudStack stack)
{
    private const int Kills = 10;

    // The part of the files after which something is done to the others.
    private const int Beginning = 5;

    // Two receives of ten messages each.
    private const int MostUnderWay = 20;

    private int Some => stack.Files / Beginning;

    [Fact]
    public async Task Without_a_fault_every_file_is_indexed_or_given_up_with_its_reason()
    {
        await using FaultRun run = await BeginAsync("no fault");

        WorkerProcess worker = run.Start("--exit-when-idle", "2", "--wait-seconds", "2");

        FaultRun.AssertEnded(worker, 0);
        await run.AccountAsync();
    }

    [Fact]
    public async Task Killed_at_ten_points_and_started_again_it_loses_nothing()
    {
        MixedBucket mixed = await stack.MixedAsync();
        int seed = SeedOf("CIS_FAULT_SEED");
        await using FaultRun run = await FaultRun.CreateAsync(stack, "kill -9 at ten points", mixed.Name);
        run.Remark = $"seed {seed}";
        var random = new Random(seed);

        foreach (Notice[] portion in mixed.Notices.Chunk((mixed.Notices.Count + Kills - 1) / Kills))
        {
            await run.SendAsync(portion);
            WorkerProcess worker = run.Start("--bulk-documents", "5");
            await worker.UntilAsync(WorkerProcess.FileEnded, random.Next(portion.Length / 2));
            // Anywhere in what comes next: a receive, a download, a page, a bulk, a deletion.
            await Task.Delay(random.Next(150), TestContext.Current.CancellationToken);
            worker.Signal("KILL");
            FaultRun.AssertEnded(worker, 128 + 9);
        }

        await run.FinishAsync();
        await run.AccountAsync();
    }

    [Fact]
    public async Task Told_to_stop_it_gives_back_what_it_has_not_begun_and_the_next_one_goes_on()
    {
        await using FaultRun run = await BeginAsync("SIGTERM, then another worker");
        WorkerProcess worker = run.Start();
        await worker.UntilAsync(WorkerProcess.FileEnded, Some);

        worker.Signal("TERM");

        FaultRun.AssertEnded(worker, 0);
        // What it returned to the queue, it received again only by receives that were already under way.
        Assert.InRange(worker.Count(WorkerProcess.FileEnded), Some, stack.Files + MostUnderWay);
        Assert.Equal(0, await run.HiddenAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(run.Scratch));
        await run.FinishAsync();
        await run.AccountAsync();
    }

    [Fact]
    public async Task While_OpenSearch_is_down_nothing_is_lost()
    {
        await using FaultRun run = await BeginAsync($"OpenSearch down for {stack.Outage.TotalSeconds:0} s");
        WorkerProcess worker = run.Start("--bulk-documents", "10");
        await worker.UntilAsync(WorkerProcess.FileEnded, Some);

        await stack.SearchLine.BreakAsync();
        await worker.UntilAsync(WorkerProcess.CallFailed, 1);
        await Task.Delay(stack.Outage, TestContext.Current.CancellationToken);
        await stack.SearchLine.MendAsync();

        await run.FinishAsync(worker);
        run.Remark = $"{run.Count(WorkerProcess.CallFailed)} calls failed";
        await run.AccountAsync();
    }

    [Fact]
    public async Task Bulks_that_an_overloaded_OpenSearch_refuses_are_sent_again()
    {
        await using FaultRun run = await BeginAsync("OpenSearch answers 429");
        int before = stack.Gate.RefusedBulks;
        stack.Gate.RefuseWhole(8);

        await run.FinishAsync("--bulk-documents", "20");

        int refused = stack.Gate.RefusedBulks - before;
        Assert.Equal(8, refused);
        run.Remark = $"{refused} bulks refused";
        await run.AccountAsync();
    }

    [Fact]
    public async Task Of_half_failing_bulks_the_failed_half_is_sent_again()
    {
        await using FaultRun run = await BeginAsync("half of each bulk answered 429 or 503");
        int before = stack.Gate.RefusedItems;
        stack.Gate.RefuseHalves(8);

        await run.FinishAsync("--bulk-documents", "20");

        int refused = stack.Gate.RefusedItems - before;
        Assert.NotEqual(0, refused);
        run.Remark = $"{refused} documents refused";
        await run.AccountAsync();
    }

    [Fact]
    public async Task Downloads_cut_off_in_the_middle_of_a_part_are_begun_again()
    {
        await using FaultRun run = await BeginAsync("S3 cuts off every second connection");
        FaultFile[] large =
        [
            .. Enumerable
                .Range(0, 6)
                .Select(i => MixedFiles.Letter($"large/{Guid.NewGuid():N}.pdf", 900 + i, padding: (2 + i) << 19)),
        ];
        await MixedBucket.PutAsync(stack.S3, run.Bucket, large);
        await run.SendAsync(large.Select(file => Notice.Event(run.Bucket, file)));

        await stack.StoreLine.CutAsync(afterBytes: 200_000);
        WorkerProcess worker = run.Start("--part-threshold", "1MiB", "--part-bytes", "512KiB");
        // Which connections are cut is chance, and few are opened: more than two may never come.
        await worker.UntilAsync(WorkerProcess.CallFailed, 2);
        await stack.StoreLine.MendAsync();

        await run.FinishAsync(worker);
        run.Remark = $"{run.Count(WorkerProcess.CallFailed)} calls failed";
        await run.AccountAsync();
    }

    [Fact]
    public async Task A_message_that_became_visible_again_is_taken_over_and_indexed_once()
    {
        MixedBucket mixed = await stack.MixedAsync();
        await using FaultRun run = await FaultRun.CreateAsync(stack, "visibility runs out (SIGSTOP)", mixed.Name);
        // First of all a scan, which is still in flight when the others of its batch are done.
        FaultFile scan = MixedFiles.Sample("scan.pdf")[0] with
        {
            Key = $"scans/{Guid.NewGuid():N}.pdf",
        };
        await MixedBucket.PutAsync(stack.S3, run.Bucket, [scan]);
        await run.SendAsync([Notice.Event(run.Bucket, scan), .. mixed.Notices]);
        WorkerProcess stopped = run.Start();
        await stopped.UntilAsync(WorkerProcess.FileEnded, Some);
        stopped.Signal("STOP");
        Assert.NotEqual(0, await run.HiddenAsync());

        await run.FinishAsync();
        stopped.Signal("CONT");
        await stopped.UntilAsync(WorkerProcess.LeaseLost, 1);

        stopped.Signal("TERM");
        FaultRun.AssertEnded(stopped, 0);
        run.Remark = $"{run.Count(WorkerProcess.LeaseLost)} messages lost to the second worker";
        await run.AccountAsync();
    }

    [Fact]
    public async Task Duplicate_and_late_events_leave_the_newest_document()
    {
        await using FaultRun run = await BeginAsync("duplicate and out-of-order events");
        FaultFile[] versions =
        [
            .. Enumerable.Range(0, 20).Select(i => MixedFiles.Letter($"versions/{i}.pdf", 700 + i)),
        ];
        await MixedBucket.PutAsync(stack.S3, run.Bucket, versions);
        DateTimeOffset day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        // Twenty changes of one file, the oldest notice last, and each three times.
        Notice[] changes = [.. versions.Select((file, i) => Notice.Own(file, "changing", day.AddSeconds(i)))];
        await run.SendAsync(changes.Reverse().Concat(changes.Reverse()).Concat(changes.Reverse()));
        await run.FinishAsync();

        run.Remark = "a file of 20 versions, each notification three times";
        await run.AccountAsync();
    }

    [Fact]
    public async Task Files_larger_than_scratch_are_refused_and_the_others_wait_for_room()
    {
        await using FaultRun run = await BeginAsync("scratch takes 1 MB");
        FaultFile large = MixedFiles.Letter("large/over scratch.pdf", 901, padding: 2 << 20) with
        {
            Text = null,
            Outcome = "too-large",
        };
        await MixedBucket.PutAsync(stack.S3, run.Bucket, [large]);
        await run.SendAsync(Notice.Event(run.Bucket, large));

        await run.FinishAsync("--scratch-bytes", "1000000");

        await run.AccountAsync();
    }

    [Fact]
    public async Task A_scratch_folder_that_is_full_is_waited_for()
    {
        Assert.SkipUnless(
            ProgramRun.Of("/usr/bin/unshare", "--mount", "/bin/true").ExitCode == 0,
            "A small tmpfs cannot be mounted here: that needs root."
        );
        await using FaultRun run = await BeginAsync("scratch is a tmpfs of 2 MB");
        FaultFile[] large =
        [
            .. Enumerable
                .Range(0, 12)
                .Select(i => MixedFiles.Letter($"large/{Guid.NewGuid():N}.pdf", 920 + i, padding: 500_000)),
        ];
        await MixedBucket.PutAsync(stack.S3, run.Bucket, large);
        await run.SendAsync(large.Select(file => Notice.Event(run.Bucket, file)));

        WorkerProcess worker = run.StartBy(
            "/usr/bin/unshare",
            ["--mount", "/bin/sh", "-c", "mount -t tmpfs -o size=2m tmpfs \"$0\" && exec \"$@\"", run.Scratch]
        );

        await run.FinishAsync(worker);
        Assert.DoesNotContain(
            worker.Said(WorkerProcess.FileEnded),
            line => line.GetProperty("outcome").GetString() == "transient"
        );
        await run.AccountAsync();
    }

    [Fact]
    public async Task A_file_that_kills_whoever_reads_it_is_given_up_alone()
    {
        await using FaultRun run = await BeginAsync("a file kills the worker, then the process that reads it alone");
        byte[] scan = [.. File.ReadAllBytes(Repository.Sample("scan.pdf")), .. "\n%\n"u8];
        var suspect = new FaultFile($"suspect/{Guid.NewGuid():N}.pdf", scan) { Outcome = "crashed" };
        await MixedBucket.PutAsync(stack.S3, run.Bucket, [suspect]);
        await run.SendAsync(Notice.Event(run.Bucket, suspect));
        var killer = new OpenFileKiller(run.Scratch, scan.Length, suspect.Key);

        WorkerProcess first = run.Start();
        int victim = await killer.KillAsync();
        Assert.Equal(first.Id, victim);
        Assert.InRange(first.Wait().ExitCode, 129, 255);

        WorkerProcess second = run.Start();
        int child = await killer.KillAsync();
        Assert.NotEqual(second.Id, child);

        await run.FinishAsync(second);
        JsonElement recovery = Assert.Single(second.Said(WorkerProcess.Recovering));
        Assert.InRange(recovery.GetProperty("suspects").GetInt32(), 1, recovery.GetProperty("messages").GetInt32());
        run.Remark = $"{recovery.GetProperty("messages").GetInt32()} messages in flight at the crash";
        await run.AccountAsync();
    }

    private protected async Task<FaultRun> BeginAsync(string scenario)
    {
        MixedBucket mixed = await stack.MixedAsync();
        FaultRun run = await FaultRun.CreateAsync(stack, scenario, mixed.Name);
        await run.SendAsync(mixed.Notices);
        return run;
    }

    // Another one each time; to repeat one, set the variable to what the table names.
    private static int SeedOf(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int seed)
            ? seed
            : Random.Shared.Next(1000, 10_000);
}
