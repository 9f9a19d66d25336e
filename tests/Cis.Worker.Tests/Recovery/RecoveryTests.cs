using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Fetching;
using Cis.Worker.Handling;
using Cis.Worker.Ports;
using Cis.Worker.Recovery;
using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Recovery;

public sealed class RecoveryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cis-test-").FullName;

    public void Dispose()
    {
        // An engine that a test let go removes its own file's folder at the same moment.
        for (int tries = 0; Directory.Exists(_root); tries++)
        {
            try
            {
                Directory.Delete(_root, recursive: true);
            }
            catch (DirectoryNotFoundException) when (tries < 100)
            {
                // Once more.
            }
        }
    }

    [Fact]
    public async Task After_a_crash_the_innocent_go_on_at_once_and_the_suspect_is_read_alone()
    {
        await using var worker = new WorkerHarness(scratchRoot: _root);
        worker.Send("innocent.pdf");
        worker.Send("suspect.pdf");
        string grave = await DieWithAsync(worker, "suspect.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0, TimeSpan.FromSeconds(10));

        Assert.Equal("text of innocent.pdf", worker.Index.Documents["innocent.pdf"].Record.ExtractedText);
        Assert.Equal("text of suspect.pdf, read alone", worker.Index.Documents["suspect.pdf"].Record.ExtractedText);
        Assert.Equal("suspect.pdf", Assert.Single(worker.IsolatedReader.Names));
        Assert.False(Directory.Exists(grave));
    }

    [Fact]
    public async Task A_message_that_is_taken_up_again_belongs_to_its_trace_still()
    {
        await using var worker = new WorkerHarness(scratchRoot: _root);
        worker.Send("a.pdf", traceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793");
        await DieWithAsync(worker, "a.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);
        await worker.EndAsync();

        Assert.Contains(worker.Log.Traces, line => line == (210, "5759e988bd862e3fe1be46a994272793"));
    }

    [Fact]
    public async Task A_suspect_that_kills_its_own_process_too_goes_to_the_dead_letters_as_crashed()
    {
        await using var worker = new WorkerHarness(scratchRoot: _root);
        worker.Send("killer.pdf");
        await DieWithAsync(worker, "killer.pdf");
        worker.IsolatedReader.Read = _ => DocumentText.Failed(Outcome.Crashed, "the process ended with signal 11");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        (QueueMessage message, Outcome outcome, string reason) = Assert.Single(worker.Queue.DeadLetters);
        Assert.Equal(("killer.pdf", Outcome.Crashed), (message.Id, outcome));
        Assert.Contains("signal 11", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_visible_again_is_left_to_whoever_receives_it()
    {
        await using var worker = new WorkerHarness(scratchRoot: _root);
        worker.Send("a.pdf");
        await DieWithAsync(worker, "a.pdf");
        worker.Queue.MakeVisible("a.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Empty(worker.IsolatedReader.Names);
        Assert.Equal(1, worker.Index.Writes["a.pdf"]);
    }

    [Fact]
    public async Task A_running_workers_folder_is_left_alone()
    {
        await using var worker = new WorkerHarness(scratchRoot: _root);
        using var other = Scratch.Open([_root], 1000, worker.Log);

        Assert.Empty(worker.Scratch.FindOrphans());
        Assert.True(Directory.Exists(other.Folder));
    }

    [Fact]
    public async Task An_engine_stuck_in_a_library_ends_the_worker_and_its_file_is_the_suspect()
    {
        await using var worker = new WorkerHarness(
            new WorkerOptions { DefaultBucket = "b", StuckTimeout = TimeSpan.FromMilliseconds(50) },
            _root,
            pageLimit: TimeSpan.FromMilliseconds(50)
        );
        using var release = new ManualResetEventSlim();
        worker.OnRead = (_, _) => release.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
        worker.Send("stuck.pdf");

        worker.Start();
        await worker.UntilAsync(() => worker.Running.IsCompleted);
        JournalLine line = Assert.Single(CrashJournal.ReadOrphan(worker.Scratch.Folder));
        release.Set();

        Assert.Equal(WorkerEnd.Stuck, await worker.Running);
        Assert.Equal(("stuck.pdf", JournalState.Reading), (line.Message!.Id, line.State));
    }

    [Fact]
    public async Task A_worker_that_ends_while_an_engine_is_inside_a_library_leaves_its_journal_to_the_next()
    {
        using var release = new ManualResetEventSlim();
        string folder;
        await using (var worker = new WorkerHarness(scratchRoot: _root))
        {
            using var reading = new ManualResetEventSlim();
            worker.OnRead = (_, _) =>
            {
                reading.Set();
                release.Wait(TimeSpan.FromSeconds(60), CancellationToken.None);
            };
            worker.Send("hangs.pdf");
            worker.Start();
            await worker.UntilAsync(() => reading.IsSet);
            worker.Abandon();
            await worker.UntilAsync(() => worker.Running.IsCompleted);

            folder = worker.Scratch.Folder;
            worker.Worker!.Dispose();
            worker.Scratch.Dispose();
            JournalLine line = Assert.Single(CrashJournal.ReadOrphan(folder));
            Assert.Equal(("hangs.pdf", JournalState.Reading), (line.Message!.Id, line.State));
            release.Set();
        }
    }

    [Fact]
    public async Task After_so_many_pages_the_worker_drains_and_asks_to_restart()
    {
        await using var worker = new WorkerHarness(
            new WorkerOptions { DefaultBucket = "b", RecycleAfterPages = 3 },
            _root
        );
        for (int i = 0; i < 3; i++)
        {
            worker.Send($"{i}.pdf");
        }

        worker.Start();
        await worker.UntilAsync(() => worker.Running.IsCompleted);

        Assert.Equal(WorkerEnd.Recycle, await worker.Running);
        Assert.Equal(3, worker.Index.Documents.Count);
    }

    [Fact]
    public async Task A_journal_whose_last_line_was_cut_off_holds_up_to_there()
    {
        using (var flight = new Flight(_root))
        {
            flight.Enter("one");
            flight.Enter("two").EnterEngine();
            await flight.Enter("three").DisposeAsync();
        }

        await File.AppendAllTextAsync(
            Path.Combine(_root, "journal"),
            """{"Number":4,"Sta""",
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            [("one", JournalState.InFlight), ("two", JournalState.Reading)],
            CrashJournal.ReadOrphan(_root).Select(line => (line.Message!.Id, line.State))
        );
    }

    [Fact]
    public void A_line_that_a_full_disk_cut_off_takes_none_behind_it_away()
    {
        using (var flight = new Flight(_root))
        {
            flight.Enter("one").EnterEngine();
        }

        string path = Path.Combine(_root, "journal");
        string[] lines = File.ReadAllLines(path);
        File.WriteAllLines(path, [lines[0], """{"Number":7,"Sta""", .. lines[1..]]);

        Assert.Equal(JournalState.Reading, Assert.Single(CrashJournal.ReadOrphan(_root)).State);
    }

    [Fact]
    public void A_message_of_several_files_is_the_suspect_until_the_last_of_them_is_read()
    {
        using var flight = new Flight(_root);
        MessageInFlight message = flight.Enter("several");
        message.EnterEngine();
        message.EnterEngine();
        message.LeaveEngine();

        Assert.Equal(JournalState.Reading, Assert.Single(CrashJournal.ReadOrphan(_root)).State);
        message.LeaveEngine();
        Assert.Equal(JournalState.InFlight, Assert.Single(CrashJournal.ReadOrphan(_root)).State);
    }

    [Fact]
    public async Task A_suspect_whose_second_process_is_killed_as_well_is_still_the_suspect()
    {
        await using var worker = new WorkerHarness(scratchRoot: _root);
        worker.Send("suspect.pdf");
        await DieWithAsync(worker, "suspect.pdf");
        JournalState? whileAlone = null;
        worker.IsolatedReader.Read = _ =>
        {
            whileAlone = Assert.Single(CrashJournal.ReadOrphan(worker.Scratch.Folder)).State;
            return DocumentText.Failed(Outcome.Corrupt, "it is damaged");
        };

        worker.Start();
        await worker.UntilAsync(() => worker.Queue.Count == 0);

        Assert.Equal(JournalState.Reading, whileAlone);
    }

    [Fact]
    public async Task A_journal_stays_small_and_keeps_what_is_in_flight()
    {
        using var flight = new Flight(_root);
        flight.Enter("kept");
        for (int i = 0; i < 2000; i++)
        {
            await flight.Enter(new string('x', 4000)).DisposeAsync();
        }

        Assert.InRange(new FileInfo(Path.Combine(_root, "journal")).Length, 1, 5 << 20);
        Assert.Equal("kept", Assert.Single(CrashJournal.ReadOrphan(_root)).Message!.Id);
    }

    // Receives everything as another process would, and leaves what that leaves when it is killed.
    private async Task<string> DieWithAsync(WorkerHarness worker, string suspect)
    {
        IReadOnlyList<QueueMessage> messages = await worker.Queue.ReceiveAsync(
            10,
            TimeSpan.Zero,
            TimeSpan.FromSeconds(60),
            CancellationToken.None
        );
        string grave = Directory.CreateDirectory(Path.Combine(_root, "cis-worker-1-dead", "5")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(grave, "5", "file"), "left behind");
        using var flight = new Flight(grave);
        foreach (QueueMessage message in messages)
        {
            MessageInFlight entered = flight.Messages.Enter(message, receivedAt: 0);
            if (message.Id == suspect)
            {
                entered.EnterEngine();
            }
        }

        return grave;
    }
}
