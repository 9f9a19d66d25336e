using Cis.Worker.Fetching;
using Cis.Worker.Tests.Flow;

namespace Cis.Worker.Tests.Parts;

public sealed class ScratchTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cis-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_folder_that_is_not_there_is_not_made_on_a_disk_but_passed_over_and_that_is_said()
    {
        string missing = Path.Combine(_root, "tmpfs");
        var log = new LogList();

        using Scratch scratch = Scratch.Open([missing, _root], 1000, log);

        Assert.Equal(_root, Path.GetDirectoryName(scratch.Folder));
        Assert.False(Directory.Exists(missing));
        Assert.Contains(log.Lines, line => line.Id == 400 && line.Text.Contains(missing, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Workers_that_start_at_the_same_time_leave_each_other_their_folders()
    {
        using Scratch sweeper = Scratch.Open([_root], 1000, new LogList());
        using var stop = new CancellationTokenSource();
        Task sweeping = Task.Run(
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
            using Scratch started = Scratch.Open([_root], 1000, new LogList());
            Assert.True(Directory.Exists(started.Folder), $"swept at start {i}");
        }

        await stop.CancelAsync();
        await sweeping;
    }

    [Fact]
    public void Where_no_folder_can_be_used_that_is_an_error()
    {
        string missing = Path.Combine(_root, "tmpfs");

        Assert.Throws<DirectoryNotFoundException>(() => Scratch.Open([missing], 1000, new LogList()));
    }
}
