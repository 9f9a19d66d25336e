using System.Diagnostics;
using Cis.Worker.Fetching;
using Cis.Worker.Recovery;
using Cis.Worker.Tests.Support;

namespace Cis.Worker.Tests.Fetching;

public sealed class ScratchTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root = Directory.CreateTempSubdirectory("cis-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_folder_that_is_not_there_is_not_made_on_a_disk_but_passed_over_and_that_is_said()
    {
        string missing = Path.Combine(_root, "tmpfs");
        var log = new LogList();

        using var scratch = Scratch.Open([missing, _root], 1000, log);

        Assert.Equal(_root, Path.GetDirectoryName(scratch.Folder));
        Assert.False(Directory.Exists(missing));
        Assert.Contains(log.Lines, line => line.Id == 400 && line.Text.Contains(missing, StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_full_is_passed_over_and_nothing_is_left_in_it()
    {
        string full = Directory.CreateDirectory(Path.Combine(_root, "full")).FullName;
        string roomy = Directory.CreateDirectory(Path.Combine(_root, "roomy")).FullName;
        var log = new LogList();

        using var scratch = Scratch.Open(
            [full, roomy],
            1L << 30,
            log,
            folder => folder == full ? Scratch.MinRoom - 1 : 1 << 25
        );

        Assert.Equal((roomy, 1 << 25), (Path.GetDirectoryName(scratch.Folder), scratch.Capacity));
        Assert.Empty(Directory.EnumerateFileSystemEntries(full));
        Assert.Contains(
            log.Lines,
            line => line.Id == 400 && line.Text.Contains("it is full", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Workers_that_start_at_the_same_time_leave_each_other_their_folders()
    {
        using var sweeper = Scratch.Open([_root], 1000, new LogList());
        using var stop = new CancellationTokenSource();
        var sweeping = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    foreach (OrphanFolder orphan in sweeper.FindOrphans())
                    {
                        orphan.Dispose();
                    }
                }
            },
            TestContext.Current.CancellationToken
        );

        for (int i = 0; i < 1000; i++)
        {
            using var started = Scratch.Open([_root], 1000, new LogList());
            Assert.True(Directory.Exists(started.Folder), $"swept at start {i}");
        }

        await stop.CancelAsync();
        await sweeping;
    }

    [Fact]
    public void What_others_put_beside_it_is_neither_read_nor_removed()
    {
        using var scratch = Scratch.Open([_root], 1000, new LogList());
        string elsewhere = Directory.CreateDirectory(Path.Combine(_root, "elsewhere"), Private).FullName;
        string[] planted =
        [
            Plant("cis-worker-writable", Private | UnixFileMode.GroupWrite),
            Directory.CreateSymbolicLink(Path.Combine(_root, "cis-worker-link"), elsewhere).FullName,
            .. PlantForAnotherUser("cis-worker-theirs"),
        ];
        string left = Plant("cis-worker-left", Private);

        IReadOnlyList<OrphanFolder> orphans = scratch.FindOrphans();

        Assert.Equal([left], orphans.Select(orphan => orphan.Folder));
        Assert.All(orphans, orphan => orphan.Dispose());
        Assert.All(planted, folder => Assert.True(Directory.Exists(folder)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
    }

    [Fact]
    public void Where_no_folder_can_be_used_that_is_an_error()
    {
        string missing = Path.Combine(_root, "tmpfs");

        Assert.Throws<DirectoryNotFoundException>(() => Scratch.Open([missing], 1000, new LogList()));
    }

    [Fact]
    public async Task What_a_dead_worker_was_reading_is_swept_before_the_room_is_measured_and_its_journal_stays()
    {
        string grave = Plant("cis-worker-dead", Private);
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(grave, "7")).FullName, "file");
        await File.WriteAllTextAsync(file, "half read", TestContext.Current.CancellationToken);
        using (var flight = new Flight(grave))
        {
            flight.Enter("suspect").EnterEngine();
        }

        using var scratch = Scratch.Open([_root], 1000, new LogList());

        Assert.False(File.Exists(file));
        using OrphanFolder orphan = Assert.Single(scratch.FindOrphans());
        Assert.Equal("suspect", Assert.Single(CrashJournal.ReadOrphan(orphan.Folder)).Message!.Id);
    }

    private string Plant(string name, UnixFileMode mode)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        File.SetUnixFileMode(folder, mode);
        return folder;
    }

    // Only root gives folders away.
    private string[] PlantForAnotherUser(string name)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return [];
        }

        string folder = Plant(name, Private);
        using var chown = Process.Start("chown", ["65534", folder]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
        return [folder];
    }
}
