using System.Diagnostics;
using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Local.Tests;

public sealed class IndexTests : IDisposable
{
    private readonly TestFolder _folder = new(ndjson: "out.ndjson");

    public void Dispose() => _folder.Dispose();

    private string Ndjson => Path.Combine(_folder.Path, "out.ndjson");

    [Fact]
    public async Task A_newer_version_replaces_all_pages_of_the_older()
    {
        await _folder.IndexAsync("a.pdf", 1, "apple", "banana", "cherry");
        await _folder.IndexAsync("b.pdf", 1, "banana");

        IndexResult result = await _folder.IndexAsync("a.pdf", 2, "apricot");

        Assert.Equal(IndexResult.Indexed, result);
        Assert.Empty(_folder.Find("apple"));
        Assert.Empty(_folder.Find("cherry"));
        Assert.Equal("b.pdf", Assert.Single(_folder.Find("banana")).FileId);
        Assert.Equal("a.pdf", Assert.Single(_folder.Find("apricot")).FileId);
    }

    [Fact]
    public async Task An_older_version_leaves_the_newer_as_it_is()
    {
        await _folder.IndexAsync("a.pdf", 2, "new");

        IndexResult result = await _folder.IndexAsync("a.pdf", 1, "old");

        Assert.Equal(IndexStatus.Superseded, result.Status);
        Assert.Single(_folder.Find("new"));
        Assert.Empty(_folder.Find("old"));
    }

    [Fact]
    public async Task The_same_version_twice_gives_one_document()
    {
        await _folder.IndexAsync("a.pdf", 7, "once");
        await _folder.IndexAsync("a.pdf", 7, "once");

        Assert.Single(_folder.Find("once"));
    }

    [Fact]
    public async Task What_was_indexed_is_there_for_others_at_once_and_after_a_kill()
    {
        await _folder.IndexAsync("a.pdf", 1, "durable");

        // The worker has not closed the database, and nothing more comes from it: so it would be after a kill.
        using var next = LocalFolder.Open(
            TestFolder.Library,
            new LocalFolderOptions(_folder.Path),
            TimeProvider.System
        );

        Assert.Single(_folder.Find("durable"));
        await next.UntilEmptyAsync(TestFolder.Cancelled);
    }

    [Fact]
    public async Task A_page_number_beyond_all_bounds_is_refused_and_the_rest_of_the_batch_goes_in()
    {
        await _folder.IndexAsync("good.pdf", 1, "good");
        var record = new FileRecord
        {
            FileId = "bad.pdf",
            S3Bucket = "local",
            S3Key = "bad.pdf",
            FileName = "bad.pdf",
            ExtractedText = "",
            TextLength = 0,
            IndexedAt = "",
            WorkerVersion = "",
            TextByPage = [new PageRecord(1 << 20, "bad")],
        };
        FileRecord fine = record with { FileId = "fine.pdf", TextByPage = [new PageRecord(1, "fine")] };

        IReadOnlyList<IndexResult> results = await _folder.Folder.Index.BulkAsync(
            [
                new IndexDocument("bad.pdf", 1, record, "{}"u8.ToArray()),
                new IndexDocument("fine.pdf", 1, fine, "{}"u8.ToArray()),
            ],
            TestFolder.Cancelled
        );

        Assert.Equal([IndexStatus.Refused, IndexStatus.Indexed], results.Select(result => result.Status));
        Assert.Empty(_folder.Find("bad"));
        Assert.Single(_folder.Find("fine"));
        Assert.Single(_folder.Find("good"));
    }

    [Fact]
    public async Task The_ndjson_file_holds_an_action_and_a_document_for_each()
    {
        await _folder.IndexAsync("in/日本.pdf", 5, "text");
        await _folder.IndexAsync("b.pdf", 6, "text");

        string[] lines = await File.ReadAllLinesAsync(Ndjson, TestFolder.Cancelled);

        Assert.Equal(4, lines.Length);
        JsonElement action = JsonDocument.Parse(lines[0]).RootElement.GetProperty("index");
        Assert.Equal("cis-files", action.GetProperty("_index").GetString());
        Assert.Equal("in/日本.pdf", action.GetProperty("_id").GetString());
        Assert.Equal(5, action.GetProperty("version").GetInt64());
        Assert.Equal("external_gte", action.GetProperty("version_type").GetString());
        Assert.Equal("""{"file_id":"x"}""", lines[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"index":{"_id":"torn"}}""")]
    [InlineData("{\"index\":{\"_id\":\"torn\"}}\n")]
    [InlineData("{\"index\":{\"_id\":\"torn\"}}\n{\"file_id\":\"to")]
    public async Task The_ndjson_file_goes_on_after_its_last_whole_document(string tornEnd)
    {
        using var other = new TemporaryFolder();
        const string whole = "{\"index\":{}}\n{}\n{\"index\":{}}\n{}\n";
        await File.WriteAllTextAsync(other.File("x"), whole + tornEnd, TestFolder.Cancelled);
        var options = new LocalFolderOptions(_folder.Path) { NdjsonFile = other.File("x") };

        using (var folder = LocalFolder.Open(TestFolder.Library, options, TimeProvider.System)) { }

        Assert.Equal(whole, await File.ReadAllTextAsync(other.File("x"), TestFolder.Cancelled));
    }

    [Theory]
    [InlineData("notes that are of no other use\nthan to their owner")]
    [InlineData("{\"indices\":{}}\n")]
    public async Task A_file_of_something_else_is_not_written_to(string content)
    {
        using var other = new TemporaryFolder();
        await File.WriteAllTextAsync(other.File("x"), content, TestFolder.Cancelled);
        var options = new LocalFolderOptions(_folder.Path) { NdjsonFile = other.File("x") };

        ReadException failure = Assert.Throws<ReadException>(() =>
            LocalFolder.Open(TestFolder.Library, options, TimeProvider.System)
        );

        Assert.StartsWith($"{other.File("x")} holds something else", failure.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(other.File("x"), TestFolder.Cancelled));
    }

    [Fact]
    public async Task A_pipe_is_refused_as_ndjson_file()
    {
        using var other = new TemporaryFolder();
        using var mkfifo = Process.Start("mkfifo", other.File("pipe"));
        await mkfifo.WaitForExitAsync(TestFolder.Cancelled);
        var options = new LocalFolderOptions(_folder.Path) { NdjsonFile = other.File("pipe") };

        ReadException failure = Assert.Throws<ReadException>(() =>
            LocalFolder.Open(TestFolder.Library, options, TimeProvider.System)
        );

        Assert.StartsWith($"{other.File("pipe")} cannot be written: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_somebody_else_holds_can_be_tried_again()
    {
        using var other = new TemporaryFolder();
        using var holder = LocalDatabase.Open(TestFolder.Library, other.File("index.db"));

        TransientException failure = holder.Write(
            Dependency.Index,
            _ =>
                Assert.Throws<TransientException>(() =>
                    LocalDatabase.Open(
                        TestFolder.Library,
                        other.File("index.db"),
                        new LocalFolderOptions("") { BusyTimeout = TimeSpan.Zero }
                    )
                )
        );

        Assert.Contains("held by another process", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_database_is_reported_as_such()
    {
        using var other = new TemporaryFolder();
        Directory.CreateDirectory(other.File(".cis"));
        File.WriteAllText(other.File(".cis/index.db"), new string('x', 10_000));

        ReadException failure = Assert.Throws<ReadException>(() =>
            LocalFolder.Open(TestFolder.Library, new LocalFolderOptions(other.Path), TimeProvider.System)
        );

        Assert.Equal(Outcome.Corrupt, failure.Outcome);
    }
}
