using System.Diagnostics;
using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Local.Tests;

public sealed class FolderTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private async Task ShellAsync(string script)
    {
        using var shell = Process.Start("sh", ["-c", script, "sh", _folder.Path]);
        await shell.WaitForExitAsync(TestFolder.Cancelled);
    }

    private Task<ObjectFacts> FetchAsync(string key, string target, long room = long.MaxValue) =>
        _folder.Folder.Store.FetchAsync(
            new ObjectReference("local", key),
            target,
            (size, _) => size <= room ? default : throw new ReadException(Outcome.TooLarge, "no room"),
            TestFolder.Cancelled
        );

    private static DateTimeOffset TimeOf(QueueMessage message) =>
        JsonDocument.Parse(message.Body).RootElement.GetProperty("lastModified").GetDateTimeOffset();

    [Fact]
    public async Task Every_file_gets_one_message_whatever_it_is_called()
    {
        string[] keys = ["a b+c%20.pdf", "deep/er/請求書 \u00e9😀.pdf", "line\nbreak.pdf", "noending", "q\"uote.tif"];
        foreach (string key in keys)
        {
            _folder.Drop(key);
        }

        await _folder.FeedAsync();
        await _folder.FeedAsync();

        Assert.Equal(keys, await _folder.ReceiveKeysAsync());
        Assert.Empty(await _folder.ReceiveAsync());
    }

    [Fact]
    public async Task A_message_says_what_the_old_senders_said()
    {
        string path = _folder.Drop("in/scan.pdf", "12345");
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));

        await _folder.FeedAsync();

        JsonElement body = JsonDocument.Parse(Assert.Single(await _folder.ReceiveAsync()).Body).RootElement;
        Assert.Equal("in/scan.pdf", body.GetProperty("s3Key").GetString());
        Assert.Equal("in/scan.pdf", body.GetProperty("fileId").GetString());
        Assert.Equal("scan.pdf", body.GetProperty("fileName").GetString());
        Assert.Equal(5, body.GetProperty("fileSize").GetInt64());
        Assert.Equal("2024-05-06T07:08:09.000Z", body.GetProperty("lastModified").GetString());
    }

    [Fact]
    public async Task Hidden_names_pipes_and_folders_by_link_are_left_alone()
    {
        _folder.Drop(".scan.pdf.partial");
        _folder.Drop(".hidden/scan.pdf");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "loop"), _folder.Path);
        using var mkfifo = Process.Start("mkfifo", [Path.Combine(_folder.Path, "pipe.pdf")]);
        await mkfifo.WaitForExitAsync(TestFolder.Cancelled);

        await _folder.FeedAsync();

        Assert.Empty(await _folder.ReceiveAsync());
    }

    [Fact]
    public async Task A_name_that_is_not_utf8_ends_among_the_dead_letters_once()
    {
        await ShellAsync("touch \"$1/$(printf '\\220\\277').pdf\"");

        await _folder.FeedAsync();
        await _folder.FeedAsync();

        string key = Assert.Single(await _folder.ReceiveKeysAsync());
        using var scratch = new TemporaryFolder();
        ReadException failure = await Assert.ThrowsAsync<ReadException>(() => FetchAsync(key, scratch.File("copy")));
        Assert.Equal(Outcome.ObjectMissing, failure.Outcome);
        Assert.EndsWith("is not UTF-8: rename the file", failure.Message, StringComparison.Ordinal);
        // .NET cannot delete it either.
        await ShellAsync("rm \"$1\"/*.pdf");
    }

    [Fact]
    public async Task What_is_written_into_the_folder_by_cis_is_not_read()
    {
        using var folder = new TestFolder(ndjson: "out.ndjson");
        await folder.IndexAsync("a.pdf", 1, "text");
        folder.Drop("in/out.ndjson");

        await folder.FeedAsync();

        Assert.Equal(["in/out.ndjson"], await folder.ReceiveKeysAsync());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_watched_is_named()
    {
        using var folder = new TestFolder();
        Directory.Move(folder.Path, folder.Path + "-away");
        try
        {
            TransientException failure = await Assert.ThrowsAsync<TransientException>(() =>
                folder.Folder.FeedAsync(TestFolder.Cancelled)
            );

            Assert.StartsWith($"{folder.Path} cannot be watched: ", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Move(folder.Path + "-away", folder.Path);
        }
    }

    [Fact]
    public async Task A_file_that_is_being_written_waits_until_it_is_left_alone()
    {
        using var folder = new TestFolder(isSettled: false);
        string path = folder.Drop("a.pdf", "first half");

        Task feeding = folder.FeedAsync();
        Assert.Empty(await folder.ReceiveAsync());
        await File.AppendAllTextAsync(path, ", second half", TestFolder.Cancelled);
        while (!feeding.IsCompleted)
        {
            folder.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        QueueMessage message = Assert.Single(await folder.ReceiveAsync());
        Assert.Equal(
            "first half, second half".Length,
            JsonDocument.Parse(message.Body).RootElement.GetProperty("fileSize").GetInt64()
        );
    }

    [Fact]
    public async Task A_replaced_file_is_read_again_and_its_old_failure_forgotten()
    {
        _folder.Drop("a.pdf", "damaged");
        await _folder.FeedAsync();
        QueueMessage first = Assert.Single(await _folder.ReceiveAsync());
        await _folder.FailAsync(first, Outcome.Corrupt, "cut short");

        _folder.Drop("a.pdf", "whole and well");
        await _folder.FeedAsync();

        Assert.Equal(["a.pdf"], await _folder.ReceiveKeysAsync());
        Assert.Empty(await _folder.DeadAsync());
    }

    [Fact]
    public async Task An_older_file_in_a_newer_ones_place_does_not_lose_by_its_date()
    {
        _folder.Drop("a.pdf", "new");
        await _folder.FeedAsync();
        DateTimeOffset first = TimeOf(Assert.Single(await _folder.ReceiveAsync()));
        string path = _folder.Drop("a.pdf", "from the backup");
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        await _folder.FeedAsync();

        Assert.True(TimeOf(Assert.Single(await _folder.ReceiveAsync())) > first);
    }

    [Fact]
    public async Task A_file_dropped_into_a_watched_folder_arrives()
    {
        using var folder = new TestFolder(TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestFolder.Cancelled);
        Task feeding = folder.Folder.FeedAsync(stop.Token);
        folder.Drop("before.pdf");
        Directory.CreateDirectory(Path.Combine(folder.Path, "new"));
        string outside = _folder.Drop("moved/in.pdf");

        folder.Drop("new/after.pdf");
        Directory.Move(Path.GetDirectoryName(outside)!, Path.Combine(folder.Path, "moved"));

        var keys = new SortedSet<string>(StringComparer.Ordinal);
        while (keys.Count < 3)
        {
            Assert.False(feeding.IsCompleted);
            foreach (
                QueueMessage message in await folder.Folder.Queue.ReceiveAsync(
                    10,
                    TimeSpan.FromSeconds(20),
                    TestFolder.Visibility,
                    TestFolder.Cancelled
                )
            )
            {
                keys.Add(TestFolder.KeyOf(message.Body));
            }
        }

        Assert.Equal(["before.pdf", "moved/in.pdf", "new/after.pdf"], keys);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feeding);
    }

    [Fact]
    public async Task A_fetched_file_is_the_same_and_stays_as_it_was()
    {
        string path = _folder.Drop("in/a.pdf", "content");
        DateTime modified = File.GetLastWriteTimeUtc(path);
        using var scratch = new TemporaryFolder();

        ObjectFacts facts = await FetchAsync("in/a.pdf", scratch.File("copy"));

        Assert.Equal("content", await File.ReadAllTextAsync(scratch.File("copy"), TestFolder.Cancelled));
        Assert.Equal(7, facts.Length);
        Assert.Equal(modified, facts.LastModified!.Value.UtcDateTime, TimeSpan.FromMilliseconds(1));
        Assert.Equal("content", await File.ReadAllTextAsync(path, TestFolder.Cancelled));
        Assert.Equal(modified, File.GetLastWriteTimeUtc(path));
    }

    [Theory]
    [InlineData("none.pdf")]
    [InlineData("")]
    [InlineData("../outside.pdf")]
    [InlineData("in/../../outside.pdf")]
    [InlineData("/etc/passwd")]
    [InlineData(".cis/index.db")]
    [InlineData("folder")]
    public async Task What_is_not_a_file_of_the_folder_is_missing(string key)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "folder"));
        using var scratch = new TemporaryFolder();

        ReadException failure = await Assert.ThrowsAsync<ReadException>(() => FetchAsync(key, scratch.File("copy")));

        Assert.Equal(Outcome.ObjectMissing, failure.Outcome);
    }

    [Fact]
    public async Task Room_is_asked_for_before_the_first_byte_is_written()
    {
        _folder.Drop("a.pdf", "content");
        using var scratch = new TemporaryFolder();

        await Assert.ThrowsAsync<ReadException>(() => FetchAsync("a.pdf", scratch.File("copy"), room: 6));

        Assert.False(File.Exists(scratch.File("copy")));
    }
}
