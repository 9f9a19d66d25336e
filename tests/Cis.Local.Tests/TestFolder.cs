using System.Runtime.InteropServices;
using System.Text.Json;
using Cis.Local.Queueing;
using Cis.Local.Searching;
using Cis.Pages;
using Cis.Searching;
using Cis.Worker.Ports;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Local.Tests;

/// <summary>A folder of its own for a test, opened as the worker opens it.</summary>
internal sealed class TestFolder : IDisposable
{
    internal static readonly TimeSpan Visibility = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cis-local-");
    private LocalFolder? _folder;

    internal TestFolder(
        TimeProvider? time = null,
        string? ndjson = null,
        bool isSettled = true,
        DeletedFiles deleted = DeletedFiles.Forget
    )
    {
        // The kernel dates files by the real clock; a minute later they have settled.
        Clock = new FakeTimeProvider(DateTimeOffset.UtcNow.AddMinutes(isSettled ? 1 : 0));
        _folder = LocalFolder.Open(
            Library,
            new LocalFolderOptions(Path)
            {
                NdjsonFile = ndjson is null ? null : System.IO.Path.Combine(Path, ndjson),
                Deleted = deleted,
            },
            time ?? Clock
        );
    }

    internal static nint Library { get; } =
        NativeLibrary.Load(
            System.IO.Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native", LocalFolder.LibraryName)
        );

    internal string Path => _directory.FullName;

    internal FakeTimeProvider Clock { get; }

    internal LocalFolder Folder => _folder!;

    internal static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Closes it and opens it again, as the next run of the worker does.</summary>
    internal void Reopen()
    {
        Folder.Dispose();
        _folder = LocalFolder.Open(Library, new LocalFolderOptions(Path), Clock);
    }

    internal string Drop(string key, string content = "content")
    {
        string path = System.IO.Path.Combine(Path, key);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    internal Task FeedAsync() => Folder.FeedOnceAsync(Cancelled);

    internal Task<IReadOnlyList<QueueMessage>> ReceiveAsync() =>
        Folder.Queue.ReceiveAsync(IMessageQueue.BatchLimit, TimeSpan.Zero, Visibility, Cancelled);

    internal async Task<string[]> ReceiveKeysAsync() =>
        [.. (await ReceiveAsync()).Select(message => KeyOf(message.Body)).Order(StringComparer.Ordinal)];

    internal async Task DeleteAsync(QueueMessage message) =>
        Assert.Equal([EntryResult.Done], await Folder.Queue.DeleteAsync([message.Receipt], Cancelled));

    internal async Task<IndexResult> IndexAsync(string id, long version, params string[] pages)
    {
        var document = new IndexDocument(id, version, RecordOf(id, pages), """{"file_id":"x"}"""u8.ToArray());
        return Assert.Single(await Folder.Index.BulkAsync([document], Cancelled));
    }

    /// <summary>Feeds, and does with each message what the worker does: a file's content is the text of its page.</summary>
    /// <returns>The keys of the files that were read.</returns>
    internal async Task<string[]> WorkAsync()
    {
        await FeedAsync();
        var read = new List<string>();
        while (await ReceiveAsync() is { Count: > 0 } messages)
        {
            foreach (QueueMessage message in messages)
            {
                await WorkAsync(message);
                read.Add(KeyOf(message.Body));
            }
        }

        return [.. read.Order(StringComparer.Ordinal)];
    }

    internal async Task WorkAsync(QueueMessage message)
    {
        string key = KeyOf(message.Body);
        try
        {
            string text = await FetchAsync(key);
            Assert.Equal(IndexResult.Indexed, await IndexAsync(key, VersionOf(message.Body), text));
            await DeleteAsync(message);
        }
        catch (ReadException e)
        {
            await FailAsync(message, e.Outcome, e.Message);
        }
    }

    internal async Task<string> FetchAsync(string key)
    {
        using var scratch = new TemporaryFolder();
        string copy = scratch.File("copy");
        await Folder.Store.FetchAsync(new ObjectReference("local", key), copy, (_, _) => default, Cancelled);
        return await File.ReadAllTextAsync(copy, Cancelled);
    }

    // As the worker has it: whole seconds come after all that is within them.
    private static long VersionOf(string body)
    {
        long moment = JsonDocument
            .Parse(body)
            .RootElement.GetProperty("lastModified")
            .GetDateTimeOffset()
            .ToUnixTimeMilliseconds();
        return moment % 1000 == 0 ? moment + 999 : moment;
    }

    internal IReadOnlyList<SearchHit> Find(string query, int limit = 100)
    {
        using FullTextSearch search = LocalFolder.OpenSearch(Library, Path);
        return search.Find(SearchQuery.Parse(query), skip: 0, limit).Hits;
    }

    internal bool IsQueueEmpty => Folder.UntilEmptyAsync(Cancelled).IsCompletedSuccessfully;

    internal LocalDeadLetters OpenDeadLetters() => LocalFolder.OpenDeadLetters(Library, Path, Clock);

    internal async Task<IReadOnlyList<DeadLetterEntry>> DeadAsync(Outcome? outcome = null)
    {
        using LocalDeadLetters dead = OpenDeadLetters();
        return await dead.PeekAsync(outcome, limit: 100, Cancelled);
    }

    internal async Task FailAsync(QueueMessage message, Outcome outcome, string reason)
    {
        Assert.True(await Folder.Queue.DeadLetterAsync(message, outcome, reason, Cancelled));
        await DeleteAsync(message);
    }

    internal static string KeyOf(string body) => JsonDocument.Parse(body).RootElement.GetProperty("s3Key").GetString()!;

    public void Dispose()
    {
        Folder.Dispose();
        _directory.Delete(recursive: true);
    }

    private static FileRecord RecordOf(string id, string[] pages) =>
        new()
        {
            FileId = id,
            S3Bucket = "local",
            S3Key = id,
            FileName = System.IO.Path.GetFileName(id),
            ExtractedText = string.Join("\n\n", pages),
            TextLength = pages.Sum(page => page.Length),
            IndexedAt = "2026-01-02T03:04:05Z",
            WorkerVersion = "test",
            TextByPage = [.. pages.Select((text, index) => new PageRecord(index + 1, text))],
        };
}
