using System.Runtime.InteropServices;
using System.Text.Json;
using Cis.Local;
using Cis.Output;
using Cis.Searching;
using Cis.Terminal;
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
        using var folder = LocalFolder.Open(
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
        Assert.Equal("No page matches.", Assert.Single(_host.ErrorLines));
    }

    [Fact]
    public async Task The_folder_can_come_from_the_environment_and_hits_are_limited()
    {
        await IndexAsync("a.pdf", "total", "total", "total");
        _host.Variables["CIS_LOCAL"] = _host.PathOf("inbox");

        Assert.Equal(ExitCode.Ok, _host.Run("search", "total", "--limit", "2"));

        Assert.Equal(4, _host.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task A_person_is_told_how_many_there_are_and_a_program_is_not()
    {
        await IndexAsync("a.pdf", "total", "total", "total");

        Assert.Equal(ExitCode.Ok, Search("total", "--count", "2"));
        Assert.Empty(_host.ErrorLines);
        _host.ErrorKind = TerminalKind.Dumb;
        Assert.Equal(ExitCode.Ok, Search("total", "-n", "2"));
        Assert.Equal(ExitCode.Ok, Search("total", "--count", "1", "--offset", "1"));
        Assert.Equal(ExitCode.Ok, Search("total", "--count", "2", "--offset", "1"));
        Assert.Equal(ExitCode.Ok, Search("total", "--offset", "7"));

        Assert.Equal(
            [
                "2 of 3 shown, --count for more",
                "2 to 2 of 3 shown, --offset 2 for more",
                "none of 3 shown: --offset skips 7",
            ],
            _host.ErrorLines
        );
        Assert.Equal(2 * (2 + 2 + 1 + 2), _host.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Json_is_what_it_was_by_either_name_and_for_a_page_that_is_not_known()
    {
        await IndexAsync("a.pdf", "total");
        const string hit = """
              {
                "file_id": "a.pdf",
                "file_name": "a.pdf",
                "path": "a.pdf",
                "page": 1,
                "score": SCORE,
                "context": [
                  {
                    "text": "total",
                    "match": true
                  }
                ]
              }
            """;

        Assert.Equal(ExitCode.Ok, Search("total", "--json"));
        using var unknown = new StringWriter();
        SearchHitJson.Write(unknown, [new("a", "a.pdf", "a.pdf", Page: null, 0.5, [])]);

        string score = JsonElement.Parse(_host.Out)[0].GetProperty("score").GetRawText();
        Assert.Equal($"[\n{hit.Replace("SCORE", score, StringComparison.Ordinal)}\n]\n", _host.Out);
        Assert.Equal(JsonValueKind.Null, JsonElement.Parse(unknown.ToString())[0].GetProperty("page").ValueKind);
    }

    [Fact]
    public async Task What_a_search_leaves_out_is_no_option()
    {
        await IndexAsync("a.pdf", "total", "total vat", "total -n");

        Assert.Equal(ExitCode.Ok, Search("total", "-vat", "-null"));

        Assert.Equal("a.pdf, page 1\n    total\na.pdf, page 3\n    total -n\n", _host.Out);
    }

    [Theory]
    [InlineData("there is no option --limt: did you mean --limit?", "total", "--limt", "3")]
    [InlineData("character 7 of the query: the quote is not closed: \"amount", "total \"amount")]
    [InlineData("the query says only what must not be there", "-total")]
    [InlineData("--index and --local are two places", "total", "--index")]
    public async Task What_cannot_be_searched_for_is_told_in_a_sentence(string sentence, params string[] arguments)
    {
        await IndexAsync("a.pdf", "total");
        _host.Variables["OPENSEARCH_ENDPOINT"] = "http://127.0.0.1:1";

        Assert.Equal(ExitCode.Usage, Search(arguments));

        Assert.Contains(sentence, Assert.Single(_host.ErrorLines), StringComparison.Ordinal);
        Assert.Equal("", _host.Out);
    }

    [Fact]
    public void An_index_that_is_not_set_or_does_not_answer_is_told_by_the_exit_code()
    {
        Assert.Equal(ExitCode.Usage, _host.Run("search", "--index", "total"));
        _host.Variables["OPENSEARCH_ENDPOINT"] = "http://127.0.0.1:1";
        Assert.Equal(ExitCode.Unavailable, _host.Run("search", "--index", "true"));

        Assert.Contains("opensearch-endpoint is not set", _host.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", _host.ErrorLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("!?")]
    [InlineData("total", "--offset", "-1")]
    [InlineData("total", "--offset", "9999", "--count", "2")]
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
