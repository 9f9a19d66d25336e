using System.Runtime.InteropServices;
using System.Text.Json;
using Cis.Local;
using Cis.Local.Searching;
using Cis.Output;
using Cis.Worker.Ports;

namespace Cis.Tests;

public sealed class SearchCommandTests : IDisposable
{
    private readonly TestHost _host = new();

    public void Dispose() => _host.Dispose();

    private async Task IndexAsync(string key, params string[] pages)
    {
        var record = new FileRecord
        {
            FileId = key,
            S3Bucket = "local",
            S3Key = key,
            FileName = Path.GetFileName(key),
            ExtractedText = "",
            TextLength = 0,
            IndexedAt = "",
            WorkerVersion = "",
            TextByPage = [.. pages.Select((text, index) => new PageRecord(index + 1, text))],
        };
        Directory.CreateDirectory(_host.PathOf("inbox"));
        nint library = NativeLibrary.Load(TestHost.LibraryPath(LocalFolder.LibraryName));
        using LocalFolder folder = LocalFolder.Open(
            library,
            new LocalFolderOptions(_host.PathOf("inbox")),
            TimeProvider.System
        );
        await folder.Index.BulkAsync(
            [new IndexDocument(key, 1, record, "{}"u8.ToArray())],
            TestContext.Current.CancellationToken
        );
    }

    private ExitCode Search(params string[] arguments) =>
        _host.Run(["search", .. arguments, "--local", _host.PathOf("inbox")]);

    [Fact]
    public async Task Hits_are_printed_with_file_page_and_context()
    {
        await IndexAsync("2024/a.pdf", "nothing", "the total amount\nof the invoice");
        await IndexAsync("請求.pdf", "請求書の合計");

        Assert.Equal(ExitCode.Ok, Search("invoice", "total"));
        Assert.Equal(ExitCode.Ok, Search("合計"));

        Assert.Equal(
            "2024/a.pdf, page 2\n    the total amount of the invoice\n請求.pdf, page 1\n    請求書の合計\n",
            _host.Out
        );
    }

    [Fact]
    public async Task Json_marks_the_words()
    {
        await IndexAsync("a.pdf", "the total amount");

        Assert.Equal(ExitCode.Ok, Search("total", "--format", "json"));

        JsonElement hit = Assert.Single(JsonDocument.Parse(_host.Out).RootElement.EnumerateArray());
        Assert.Equal(("a.pdf", 1), (hit.GetProperty("path").GetString(), hit.GetProperty("page").GetInt32()));
        JsonElement match = Assert.Single(
            hit.GetProperty("context").EnumerateArray(),
            part => part.GetProperty("match").GetBoolean()
        );
        Assert.Equal("total", match.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_name_cannot_send_the_terminal_anything()
    {
        await IndexAsync("a\u001b[2J\n.pdf", "total");

        Search("total");

        Assert.Equal("a?[2J?.pdf, page 1\n    total\n", _host.Out);
    }

    [Fact]
    public void Nor_can_the_text_of_somebody_else_s_index()
    {
        using var output = new StringWriter();
        var hit = new SearchHit(
            "a",
            "a.pdf",
            "a.pdf",
            1,
            1,
            [new("a\e[2J", IsMatch: false), new("b\n", IsMatch: true)]
        );

        SearchHitText.Write(output, [hit], isColored: false);

        Assert.Equal("a.pdf, page 1\n    a?[2Jb?\n", output.ToString());
    }

    [Fact]
    public async Task Nothing_found_is_said_and_is_no_failure()
    {
        await IndexAsync("a.pdf", "total");

        Assert.Equal(ExitCode.Ok, Search("invoice"));

        Assert.Equal("", _host.Out);
        Assert.Equal("No page has these words.", Assert.Single(_host.ErrorLines));
    }

    [Fact]
    public async Task The_folder_can_come_from_the_environment_and_hits_are_limited()
    {
        await IndexAsync("a.pdf", "total", "total", "total");
        _host.Variables["CIS_LOCAL"] = _host.PathOf("inbox");

        Assert.Equal(ExitCode.Ok, _host.Run("search", "total", "--limit", "2"));

        Assert.Equal(4, _host.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("!?")]
    [InlineData("total", "--limit", "0")]
    [InlineData("total", "--format", "xml")]
    public async Task What_makes_no_sense_is_a_usage_error(params string[] arguments)
    {
        await IndexAsync("a.pdf", "total");

        Assert.Equal(ExitCode.Usage, Search(arguments));
    }

    [Fact]
    public void A_folder_that_no_worker_has_read_is_missing()
    {
        Directory.CreateDirectory(_host.PathOf("inbox"));

        Assert.Equal(ExitCode.Missing, Search("total"));

        Assert.Contains("cis worker --local", Assert.Single(_host.ErrorLines), StringComparison.Ordinal);
    }
}
