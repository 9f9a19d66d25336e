using Cis.Local.Files;
using Cis.Local.Folders;
using Cis.Local.Queueing;
using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Local.Tests;

/// <summary>What people do to the files of a folder, and what the index then says.</summary>
public sealed class LivedInTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string PathOf(string key) => Path.Combine(_folder.Path, key);

    private string[] Find(string word) => [.. _folder.Find(word).Select(hit => hit.Key)];

    [Theory]
    [InlineData("2001-01-01T00:00:00Z", "2030-05-06T07:08:09Z")]
    [InlineData("2030-01-01T00:00:00Z", "2001-01-01T00:00:00Z")]
    [InlineData("2030-01-01T00:00:00Z", "2030-01-01T00:00:00Z")]
    [InlineData("2030-01-01T00:00:00.999Z", "2030-01-01T00:00:01Z")]
    [InlineData("9999-12-31T00:00:00Z", "2024-01-01T00:00:00Z")]
    public async Task A_replaced_file_is_read_again_whatever_its_time_stamps_say(string first, string second)
    {
        File.SetLastWriteTimeUtc(_folder.Drop("a.pdf", "apple"), DateTime.Parse(first, null).ToUniversalTime());
        await _folder.WorkAsync();

        // Of the same size, and by a copy of its own as tools write it.
        string beside = _folder.Drop(".a.pdf.new", "grape");
        File.SetLastWriteTimeUtc(beside, DateTime.Parse(second, null).ToUniversalTime());
        File.Move(beside, PathOf("a.pdf"), overwrite: true);

        Assert.Equal(["a.pdf"], await _folder.WorkAsync());
        Assert.Equal(["a.pdf"], Find("grape"));
        Assert.Empty(Find("apple"));
    }

    [Fact]
    public async Task A_file_written_over_with_its_size_and_time_put_back_is_read_again()
    {
        string path = _folder.Drop("a.pdf", "apple");
        await _folder.WorkAsync();
        DateTime before = File.GetLastWriteTimeUtc(path);

        File.WriteAllText(path, "grape");
        File.SetLastWriteTimeUtc(path, before);

        Assert.Equal(["a.pdf"], await _folder.WorkAsync());
        Assert.Equal(["a.pdf"], Find("grape"));
    }

    [Fact]
    public async Task A_touched_file_is_not_read_again()
    {
        string path = _folder.Drop("a.pdf");
        var read = new List<string>(await _folder.WorkAsync());

        for (int touch = 0; touch < 8; touch++)
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(touch));
            read.AddRange(await _folder.WorkAsync());
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        read.AddRange(await _folder.WorkAsync());
        Assert.Equal(["a.pdf"], read);
    }

    [Fact]
    public async Task A_file_that_changes_while_it_waits_is_read_once()
    {
        _folder.Drop("a.pdf", "half");
        await _folder.FeedAsync();
        _folder.Drop("a.pdf", "the whole");

        Assert.Equal(["a.pdf"], await _folder.WorkAsync());
        Assert.Equal(["a.pdf"], Find("whole"));
    }

    [Fact]
    public async Task A_deleted_file_leaves_the_index_and_so_does_a_deleted_folder()
    {
        _folder.Drop("a.pdf", "apple");
        _folder.Drop("in/b.pdf", "apple");
        _folder.Drop("in/deep/c.pdf", "apple");
        _folder.Drop("in.pdf", "apple");
        await _folder.WorkAsync();

        File.Delete(PathOf("a.pdf"));
        Directory.Delete(PathOf("in"), recursive: true);
        await _folder.WorkAsync();

        Assert.Equal(["in.pdf"], Find("apple"));
    }

    [Fact]
    public async Task Where_it_is_set_a_deleted_file_stays_in_the_index()
    {
        using var folder = new TestFolder(deleted: DeletedFiles.Keep);
        File.Delete(await DropAndReadAsync(folder, "a.pdf"));

        await folder.WorkAsync();

        Assert.Equal("a.pdf", Assert.Single(folder.Find("content")).Key);
    }

    [Fact]
    public async Task What_could_not_be_read_is_forgotten_when_its_file_is_deleted()
    {
        string path = _folder.Drop("a.pdf");
        await _folder.FeedAsync();
        await _folder.FailAsync(Assert.Single(await _folder.ReceiveAsync()), Outcome.Corrupt, "cut short");

        File.Delete(path);
        await _folder.FeedAsync();

        Assert.Empty(await _folder.DeadAsync());
    }

    [Fact]
    public async Task A_file_deleted_while_it_waits_is_no_failure()
    {
        File.Delete(await DropAndFeedAsync("a.pdf"));

        Assert.Empty(await _folder.WorkAsync());
        Assert.Empty(await _folder.DeadAsync());
        Assert.True(_folder.IsQueueEmpty);
    }

    [Fact]
    public async Task A_file_deleted_while_it_is_read_leaves_the_index_once_that_has_ended()
    {
        string path = await DropAndFeedAsync("a.pdf");
        QueueMessage message = Assert.Single(await _folder.ReceiveAsync());
        string text = await _folder.FetchAsync("a.pdf");
        File.Delete(path);
        Task feeding = _folder.FeedAsync();

        await _folder.IndexAsync("a.pdf", 1, text);
        Assert.NotEmpty(Find("content"));
        await _folder.DeleteAsync(message);
        await AdvanceUntilAsync(feeding);

        Assert.Empty(Find("content"));
    }

    [Theory]
    [InlineData("b.pdf")]
    [InlineData("in/deep/b.pdf")]
    public async Task A_renamed_file_keeps_its_document_and_is_not_read_again(string name)
    {
        string path = await DropAndReadAsync(_folder, "a.pdf");
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.Move(path, PathOf(name));

        Assert.Empty(await _folder.WorkAsync());

        Assert.Equal(
            (name, name, "b.pdf"),
            Assert.Single(_folder.Find("content")) is var hit ? (hit.Key, hit.FileId, hit.FileName) : default
        );
        Assert.Empty(await _folder.WorkAsync());
    }

    [Fact]
    public async Task A_file_renamed_just_now_keeps_its_document()
    {
        File.Move(await DropAndReadAsync(_folder, "a.pdf"), PathOf("b.pdf"));

        Assert.Empty(LookNow("a.pdf", "b.pdf"));

        Assert.Equal(["b.pdf"], Find("content"));
        Assert.True(_folder.IsQueueEmpty);
    }

    [Fact]
    public async Task What_is_gone_is_kept_until_what_is_new_has_settled()
    {
        string path = _folder.Drop("a.pdf");
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        await _folder.WorkAsync();
        File.Copy(path, PathOf("b.pdf"));
        File.SetLastWriteTimeUtc(PathOf("b.pdf"), File.GetLastWriteTimeUtc(path));
        File.Delete(path);

        Assert.Equal(["a.pdf", "b.pdf"], LookNow("a.pdf", "b.pdf").Order(StringComparer.Ordinal));
        Assert.Equal(["a.pdf"], Find("content"));

        Assert.Empty(await _folder.WorkAsync());
        Assert.Equal(["b.pdf"], Find("content"));
    }

    // A minute earlier than the others: what was done to a file was done just now.
    private IReadOnlyCollection<string> LookNow(params string[] keys)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var database = LocalDatabase.Open(TestFolder.Library, PathOf(".cis/index.db"));
        var feed = new FolderFeed(
            database,
            new LocalQueue(database, 10, clock),
            new FolderPaths(_folder.Path),
            new LocalFolderOptions(_folder.Path),
            clock
        );
        return feed.LookAt(keys, waitsForPauses: true, TestFolder.Cancelled);
    }

    [Fact]
    public async Task A_renamed_folder_keeps_its_documents()
    {
        _folder.Drop("in/a.pdf", "apple");
        _folder.Drop("in/b.pdf", "banana");
        await _folder.WorkAsync();

        Directory.Move(PathOf("in"), PathOf("done"));

        Assert.Empty(await _folder.WorkAsync());
        Assert.Equal(["done/a.pdf"], Find("apple"));
        Assert.Equal(["done/b.pdf"], Find("banana"));
    }

    [Fact]
    public async Task A_file_moved_over_another_takes_its_place()
    {
        string path = await DropAndReadAsync(_folder, "a.pdf");
        _folder.Drop("b.pdf", "banana");
        await _folder.WorkAsync();

        File.Move(path, PathOf("b.pdf"), overwrite: true);

        Assert.Empty(await _folder.WorkAsync());
        Assert.Equal(["b.pdf"], Find("content"));
        Assert.Empty(Find("banana"));
    }

    [Fact]
    public async Task A_file_copied_with_its_times_and_then_deleted_was_renamed_too()
    {
        // .NET sets times to 100 ns, others to 1 ns.
        string path = _folder.Drop("a.pdf");
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc));
        await _folder.WorkAsync();
        // As mv does it from one file system to another.
        File.Copy(path, PathOf("b.pdf"));
        File.SetLastWriteTimeUtc(PathOf("b.pdf"), File.GetLastWriteTimeUtc(path));
        File.Delete(path);

        Assert.Empty(await _folder.WorkAsync());
        Assert.Equal(["b.pdf"], Find("content"));
    }

    [Fact]
    public async Task A_new_file_under_the_old_name_of_a_renamed_one_is_read()
    {
        string path = await DropAndReadAsync(_folder, "a.pdf");
        File.Move(path, PathOf("z.pdf"));
        _folder.Drop("a.pdf", "another");

        await _folder.WorkAsync();

        Assert.Equal(["z.pdf"], Find("content"));
        Assert.Equal(["a.pdf"], Find("another"));
    }

    [Fact]
    public async Task A_copy_of_a_file_is_a_file_of_its_own()
    {
        string path = await DropAndReadAsync(_folder, "a.pdf");
        File.Copy(path, PathOf("b.pdf"));
        File.SetLastWriteTimeUtc(PathOf("b.pdf"), File.GetLastWriteTimeUtc(path));

        Assert.Equal(["b.pdf"], await _folder.WorkAsync());
        Assert.Equal(["a.pdf", "b.pdf"], Find("content").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_renamed_before_it_was_read_is_read_under_its_new_name()
    {
        File.Move(await DropAndFeedAsync("a.pdf"), PathOf("b.pdf"));

        Assert.Equal(["b.pdf"], await _folder.WorkAsync());
        Assert.Equal(["b.pdf"], Find("content"));
        Assert.Empty(await _folder.DeadAsync());
    }

    [Theory]
    [InlineData(DeletedFiles.Forget)]
    [InlineData(DeletedFiles.Keep)]
    public async Task A_file_moved_away_and_back_is_in_the_index(DeletedFiles deleted)
    {
        using var folder = new TestFolder(deleted: deleted);
        using var elsewhere = new TemporaryFolder();
        string path = await DropAndReadAsync(folder, "a.pdf");

        File.Move(path, elsewhere.File("a.pdf"));
        await folder.WorkAsync();
        File.Move(elsewhere.File("a.pdf"), path);
        await folder.WorkAsync();

        Assert.Equal("a.pdf", Assert.Single(folder.Find("content")).Key);
    }

    [Theory]
    [InlineData(DeletedFiles.Forget)]
    [InlineData(DeletedFiles.Keep)]
    public async Task A_file_that_was_away_when_its_turn_came_is_read_when_it_is_back(DeletedFiles deleted)
    {
        using var folder = new TestFolder(deleted: deleted);
        using var elsewhere = new TemporaryFolder();
        string path = folder.Drop("a.pdf");
        await folder.FeedAsync();
        QueueMessage message = Assert.Single(await folder.ReceiveAsync());
        File.Move(path, elsewhere.File("a.pdf"));
        await folder.WorkAsync(message);
        Assert.Single(await folder.DeadAsync(Outcome.ObjectMissing));

        File.Move(elsewhere.File("a.pdf"), path);

        Assert.Equal(["a.pdf"], await folder.WorkAsync());
        Assert.Empty(await folder.DeadAsync());
        Assert.Single(folder.Find("content"));
    }

    [Fact]
    public async Task A_file_that_somebody_has_open_for_writing_waits_until_it_is_closed()
    {
        await using (FileStream writer = new(PathOf("a.pdf"), FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            writer.Write("first half"u8);
            writer.Flush();
            Task feeding = _folder.FeedAsync();
            await AdvanceUntilAsync(feeding);
            Assert.Empty(await _folder.ReceiveAsync());
            writer.Write(", second half"u8);
        }

        Assert.Equal(["a.pdf"], await _folder.WorkAsync());
        Assert.Single(Find("\"first half second half\""));
    }

    [Fact]
    public void A_writer_that_opens_the_file_for_each_piece_is_waited_for_longer_than_it_pauses()
    {
        string path = _folder.Drop("a.pdf");
        FileStamp first = FileStamp.Of(path)!.Value;
        FileStamp second = first with { Size = 20, ChangedNs = first.ChangedNs + 3_000_000_000 };
        var clock = new FakeTimeProvider(second.Changed);
        var completeness = new Completeness(TimeSpan.FromSeconds(2), clock);
        bool IsComplete(KnownFile? known, bool waitsForPauses = true) =>
            completeness.IsComplete(new SeenFile("a.pdf", path, second), known, waitsForPauses);
        var taken = new KnownFile(first, 0, null);

        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(IsComplete(known: null));
        Assert.True(IsComplete(taken, waitsForPauses: false));
        Assert.True(IsComplete(taken with { Stamp = first with { Inode = first.Inode + 1 } }));
        Assert.False(IsComplete(taken));
        clock.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(IsComplete(taken));
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(IsComplete(taken));
    }

    private async Task<string> DropAndFeedAsync(string key)
    {
        string path = _folder.Drop(key);
        await _folder.FeedAsync();
        return path;
    }

    private static async Task<string> DropAndReadAsync(TestFolder folder, string key)
    {
        string path = folder.Drop(key);
        Assert.Equal([key], await folder.WorkAsync());
        return path;
    }

    private async Task AdvanceUntilAsync(Task feeding)
    {
        while (!feeding.IsCompleted)
        {
            _folder.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await feeding;
    }
}
