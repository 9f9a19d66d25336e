using System.Net;
using System.Net.Sockets;

namespace Cis.EndToEnd;

/// <summary>What the packed models read, and what is said of the rest.</summary>
public sealed class LanguageTests
{
    private readonly string _cis = Repository.PackedFile();

    [Fact]
    public void The_list_has_what_is_read_and_the_letters_that_the_rest_lacks()
    {
        var run = ProgramRun.Of(_cis, "ocr", "--list-langs");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] parts = run.Output.Split("It does not read:");
        Assert.Equal(2, parts.Length);
        Assert.Matches("(?m)^  de +German", parts[0]);
        Assert.Matches("(?m)^  ja +Japanese", parts[0]);
        Assert.Matches("(?m)^  ru +Russian +lacks .*Ж", parts[1]);
    }

    [Theory]
    [InlineData("ru", "Russian", "it reads ")]
    [InlineData("eng+vie", "Vietnamese", "it reads ")]
    [InlineData("zz", "there is no language zz", "cis ocr --list-langs lists those that are read")]
    public void A_language_that_is_not_read_is_refused_before_anything_is(string codes, string named, string advice)
    {
        var run = ProgramRun.Of(_cis, "ocr", "--lang", codes, Repository.Sample("photo.jpg"));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.Contains(advice, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_with_such_a_language_ends_before_it_asks_for_a_message()
    {
        using var queue = new TcpListener(IPAddress.Loopback, 0);
        queue.Start();
        string address = $"http://{queue.LocalEndpoint}";
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CIS_LANG"] = "ru",
            ["SQS_QUEUE_URL"] = $"{address}/000000000000/q",
            ["S3_BUCKET"] = "b",
            ["OPENSEARCH_ENDPOINT"] = address,
        };

        var run = ProgramRun.Of(environment, _cis, "worker");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Russian", run.Error, StringComparison.Ordinal);
        Assert.False(queue.Pending());
    }

    [Fact]
    public void A_page_in_a_script_that_is_not_read_ends_as_partial_without_text()
    {
        var run = ProgramRun.Of(_cis, "ocr", Repository.Sample("russian.png"));

        Assert.Equal((3, ""), (run.ExitCode, run.Output.Trim()));
        Assert.Contains("unreadable script", run.Error, StringComparison.Ordinal);
    }
}
