using System.Diagnostics;
using System.Text.Json;
using Cis.Local.Folders;
using Cis.Local.Queueing;
using Cis.Local.Sqlite;
using Cis.Worker.Ports;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Local.Tests;

/// <summary>What goes on around a worker over a folder: other workers, locks, removed state, a long backlog.</summary>
public sealed class EnvironmentTests : IDisposable
{
    private readonly TemporaryFolder _directory = new();
    private readonly LogList _log = new();

    public void Dispose() => _directory.Dispose();

    private string DatabaseFile => Path.Combine(_directory.Path, ".cis", "index.db");

    private LocalFolder Open(string? ndjson = null) =>
        LocalFolder.Open(
            TestFolder.Library,
            new LocalFolderOptions(_directory.Path)
            {
                NdjsonFile = ndjson,
                Settling = TimeSpan.Zero,
                BusyTimeout = TimeSpan.FromSeconds(12),
                Logger = _log,
            },
            TimeProvider.System
        );

    [Fact]
    public async Task Several_workers_on_one_folder_and_one_file_lose_nothing_and_read_nothing_twice()
    {
        const int files = 60;
        string ndjson = _directory.File(".documents.ndjson");
        for (int i = 0; i < files; i++)
        {
            await File.WriteAllTextAsync(_directory.File($"{i}.pdf"), $"number{i}", TestFolder.Cancelled);
        }

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => WorkAsync(ndjson))));

        string[] lines = await File.ReadAllLinesAsync(ndjson, TestFolder.Cancelled);
        string[] ids =
        [
            .. lines
                .Where((_, index) => index % 2 == 0)
                .Select(line =>
                    JsonDocument.Parse(line).RootElement.GetProperty("index").GetProperty("_id").GetString()!
                ),
        ];
        Assert.Equal(files, ids.Length);
        Assert.Equal(files, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(lines.Where((_, index) => index % 2 == 1), line => JsonDocument.Parse(line));
    }

    private async Task WorkAsync(string ndjson)
    {
        using LocalFolder folder = Open(ndjson);
        await folder.FeedOnceAsync(TestFolder.Cancelled);
        while (await ReceiveAsync(folder, TimeSpan.Zero) is { Count: > 0 } messages)
        {
            foreach (QueueMessage message in messages)
            {
                await IndexAsync(folder, TestFolder.KeyOf(message.Body));
                await folder.Queue.DeleteAsync([message.Receipt], TestFolder.Cancelled);
            }
        }
    }

    private static Task<IReadOnlyList<QueueMessage>> ReceiveAsync(LocalFolder folder, TimeSpan wait) =>
        folder.Queue.ReceiveAsync(10, wait, TestFolder.Visibility, TestFolder.Cancelled);

    private static Task<IReadOnlyList<IndexResult>> IndexAsync(LocalFolder folder, string key) =>
        folder.Index.BulkAsync(
            [
                new IndexDocument(
                    key,
                    1,
                    new FileRecord
                    {
                        FileId = key,
                        S3Bucket = "local",
                        S3Key = key,
                        FileName = key,
                        ExtractedText = key,
                        TextLength = key.Length,
                        IndexedAt = "2026-01-02T03:04:05Z",
                        WorkerVersion = "test",
                    },
                    """{"file_id":"x"}"""u8.ToArray()
                ),
            ],
            TestFolder.Cancelled
        );

    [Fact]
    public async Task What_a_killed_worker_left_half_written_is_cut_off_by_another_that_runs()
    {
        string ndjson = _directory.File(".documents.ndjson");
        using LocalFolder folder = Open(ndjson);
        await IndexAsync(folder, "a.pdf");
        await File.AppendAllTextAsync(ndjson, """{"index":{"_id":"torn"}}""" + "\n{\"half", TestFolder.Cancelled);

        await IndexAsync(folder, "b.pdf");

        string[] lines = await File.ReadAllLinesAsync(ndjson, TestFolder.Cancelled);
        Assert.Equal(4, lines.Length);
        Assert.All(lines, line => JsonDocument.Parse(line));
    }

    [Fact]
    public async Task A_file_of_documents_that_is_moved_away_is_started_again()
    {
        string ndjson = _directory.File(".documents.ndjson");
        using LocalFolder folder = Open(ndjson);
        await IndexAsync(folder, "a.pdf");
        File.Move(ndjson, ndjson + ".1");

        await IndexAsync(folder, "b.pdf");

        Assert.Contains(
            "a.pdf",
            await File.ReadAllTextAsync(ndjson + ".1", TestFolder.Cancelled),
            StringComparison.Ordinal
        );
        Assert.Equal(2, (await File.ReadAllLinesAsync(ndjson, TestFolder.Cancelled)).Length);
    }

    [Fact]
    public async Task State_that_is_removed_under_a_worker_is_created_again_and_every_file_read()
    {
        using LocalFolder folder = Open();
        await File.WriteAllTextAsync(_directory.File("a.pdf"), "apple", TestFolder.Cancelled);
        await File.WriteAllTextAsync(_directory.File("b.pdf"), "banana", TestFolder.Cancelled);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestFolder.Cancelled);
        Task feeding = folder.FeedAsync(stop.Token);
        QueueMessage first = (await ReceiveAsync(folder, TimeSpan.FromSeconds(20)))[0];

        Directory.Delete(Path.GetDirectoryName(DatabaseFile)!, recursive: true);

        // What it had in flight ends without harm, and comes again.
        await IndexAsync(folder, TestFolder.KeyOf(first.Body));
        EntryResult deleted = Assert.Single(await folder.Queue.DeleteAsync([first.Receipt], TestFolder.Cancelled));
        Assert.Equal(EntryStatus.Gone, deleted.Status);
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        while (keys.Count < 2)
        {
            Assert.False(feeding.IsCompleted);
            keys.UnionWith(
                (await ReceiveAsync(folder, TimeSpan.FromSeconds(20))).Select(it => TestFolder.KeyOf(it.Body))
            );
        }

        Assert.True(File.Exists(DatabaseFile));
        Assert.Equal(
            $"{DatabaseFile} was removed: it is created again, and the folder is read again",
            Assert.Single(_log.Lines).Text
        );
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feeding);
    }

    [Fact]
    public async Task State_removed_during_a_single_run_does_not_end_it_early()
    {
        using LocalFolder folder = Open();
        await File.WriteAllTextAsync(_directory.File("a.pdf"), "apple", TestFolder.Cancelled);
        Task run = folder.FeedUntilEmptyAsync(TestFolder.Cancelled);
        Assert.Single(await ReceiveAsync(folder, TimeSpan.FromSeconds(20)));
        Directory.Delete(Path.GetDirectoryName(DatabaseFile)!, recursive: true);

        IReadOnlyList<QueueMessage> again = await ReceiveAsync(folder, TimeSpan.FromSeconds(20));

        Assert.False(run.IsCompleted);
        await folder.Queue.DeleteAsync([Assert.Single(again).Receipt], TestFolder.Cancelled);
        await run;
    }

    /// <summary>Holds the database, from the return on, until the log has a line.</summary>
    private async Task<Task> HoldUntilSaidAsync(LocalDatabase database)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task holder = Task.Run(() =>
            database.Write(
                Dependency.Queue,
                _ =>
                {
                    held.SetResult();
                    return _log.First.Wait(TimeSpan.FromSeconds(30));
                }
            )
        );
        await held.Task.WaitAsync(TestFolder.Cancelled);
        return holder;
    }

    [Fact]
    public async Task A_database_that_is_held_for_long_is_waited_for_and_that_is_said_once()
    {
        using LocalFolder folder = Open();
        using var other = LocalDatabase.Open(TestFolder.Library, DatabaseFile);
        Task holder = await HoldUntilSaidAsync(other);

        Assert.Empty(await Task.Run(() => ReceiveAsync(folder, TimeSpan.Zero)));

        await holder;
        Assert.StartsWith(
            $"{DatabaseFile} is held by another process",
            Assert.Single(_log.Lines).Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_database_that_is_held_at_the_start_is_waited_for()
    {
        Open().Dispose();
        using var other = LocalDatabase.Open(TestFolder.Library, DatabaseFile);
        Task holder = await HoldUntilSaidAsync(other);

        using LocalFolder folder = Open();

        await holder;
        Assert.Empty(await ReceiveAsync(folder, TimeSpan.Zero));
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task Without_inotify_the_folder_is_looked_through_again_and_again_and_that_is_said_once()
    {
        using LocalFolder folder = Open();
        using var database = LocalDatabase.Open(TestFolder.Library, DatabaseFile);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(1));
        var queue = new LocalQueue(database, 10, clock);
        var paths = new FolderPaths(_directory.Path);
        var feed = new FolderFeed(database, queue, paths, new LocalFolderOptions(_directory.Path), clock);
        static void Refuse(FileSystemWatcher events) => throw new IOException("no inotify instances are left");
        using var watcher = new FolderWatcher(feed, paths, () => 0, _log, clock, Refuse);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestFolder.Cancelled);
        Task watching = watcher.RunAsync(stop.Token);

        await File.WriteAllTextAsync(_directory.File("a.pdf"), "apple", TestFolder.Cancelled);

        while (database.Read(Dependency.Queue, session => !LocalQueue.Has(session, "a.pdf")))
        {
            Assert.False(watching.IsCompleted);
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
        Assert.Contains("max_user_instances", Assert.Single(_log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receive_costs_no_more_with_a_long_backlog()
    {
        using LocalFolder folder = Open();
        using (var database = LocalDatabase.Open(TestFolder.Library, DatabaseFile))
        {
            database.Write(
                Dependency.Queue,
                session =>
                    session
                        .Statement(
                            """
                            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
                            INSERT INTO messages(key, body, sent_at, visible_at)
                            SELECT i || '.pdf', '{"s3Key":"' || i || '.pdf"}', 0, 0 FROM n
                            """
                        )
                        .Run()
            );
        }

        // The median, for the machine has other things to do as well.
        var times = new List<TimeSpan>();
        for (int i = 0; i < 21; i++)
        {
            long start = Stopwatch.GetTimestamp();
            QueueMessage message = Assert.Single(
                await folder.Queue.ReceiveAsync(1, TimeSpan.Zero, TestFolder.Visibility, TestFolder.Cancelled)
            );
            await folder.Queue.DeleteAsync([message.Receipt], TestFolder.Cancelled);
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        times.Sort();
        // 0.07 ms; when every row was looked at, 50.
        Assert.InRange(times[10], TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public async Task A_database_of_the_version_before_is_taken_over_and_nothing_read_again()
    {
        using (var folder = new TestFolder())
        {
            folder.Drop("a.pdf");
            Assert.Equal(["a.pdf"], await folder.WorkAsync());
            using (var database = LocalDatabase.Open(TestFolder.Library, Path.Combine(folder.Path, ".cis/index.db")))
            {
                database.Write(Dependency.Queue, MakeVersion1);
            }

            Assert.Single(folder.Find("content"));
            folder.Reopen();

            Assert.Empty(await folder.WorkAsync());
            folder.Drop("a.pdf", "tnetnoc");
            Assert.Equal(["a.pdf"], await folder.WorkAsync());
        }
    }

    private static bool MakeVersion1(LocalDatabase session)
    {
        string[] undone =
        [
            "DROP INDEX files_by_stamp",
            "DROP INDEX messages_by_key",
            "DROP INDEX dead_letters_by_time",
            "DROP INDEX documents_by_key",
            "ALTER TABLE files DROP COLUMN device",
            "ALTER TABLE files DROP COLUMN inode",
            "ALTER TABLE files DROP COLUMN changed_ns",
            "ALTER TABLE files DROP COLUMN content",
            "PRAGMA user_version = 1",
        ];
        foreach (string sql in undone)
        {
            SqliteStatement statement = session.Statement(sql);
            while (statement.Step()) { }
            statement.Reset();
        }

        return true;
    }
}
