using Cis.Aws.Enqueueing;
using Cis.Backends;
using Cis.Output;

namespace Cis.Tests;

/// <summary>Without any server: what these commands say of their arguments. With servers: tests/Cis.Aws.Tests.</summary>
public sealed class CloudCommandTests : IDisposable
{
    private readonly TestHost _host = new();

    public CloudCommandTests()
    {
        _host.Variables["SQS_QUEUE_URL"] = "http://127.0.0.1:1/000000000000/cis";
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_dry_run_of_a_list_prints_its_objects_and_needs_no_queue()
    {
        _host.Variables.Remove("SQS_QUEUE_URL");
        _host.Variables["S3_BUCKET"] = "standard";
        File.WriteAllLines(_host.PathOf("list"), ["a b.pdf", "s3://other/日本.pdf"]);

        Assert.Equal(ExitCode.Ok, _host.Run("enqueue", _host.PathOf("list"), "--dry-run"));

        Assert.Equal("s3://standard/a b.pdf\ns3://other/日本.pdf\n", _host.Out);
        Assert.Equal(["2 notifications would be sent. The documents' ids: {bucket}/{key} (--id)."], _host.ErrorLines);
    }

    [Theory]
    [InlineData("key", "in/{name} 1.pdf")]
    [InlineData("inbox:{stem}", "inbox:{name} 1")]
    [InlineData("{name}@{bucket}", "{name} 1.pdf@b")]
    public void Ids_are_what_is_asked_for(string template, string expected)
    {
        File.WriteAllLines(_host.PathOf("list"), ["s3://b/in/{name} 1.pdf"]);

        Assert.Equal(ExitCode.Ok, _host.Run("enqueue", _host.PathOf("list"), "--dry-run", "--id", template));

        Assert.Equal($"s3://b/in/{{name}} 1.pdf  id {expected}\n", _host.Out);
    }

    [Fact]
    public void A_dry_run_goes_on_after_the_place_that_the_state_names()
    {
        string list = _host.PathOf("list");
        File.WriteAllLines(list, ["s3://b/one", "s3://b/two", "s3://b/three"]);
        State([new NoObjects(list)]).Save(0, "2");

        Assert.Equal(ExitCode.Ok, _host.Run("enqueue", list, "--dry-run", "--resume", _host.PathOf("state")));

        Assert.Equal("s3://b/three\n", _host.Out);
    }

    [Fact]
    public void A_state_of_other_sources_or_of_the_same_in_another_order_is_refused()
    {
        string list = _host.PathOf("list");
        File.WriteAllLines(list, ["s3://b/one"]);
        State([new NoObjects("s3://elsewhere"), new NoObjects(list)]).Save(1, "1");

        string[] command = ["enqueue", "--dry-run", "--resume", _host.PathOf("state")];
        Assert.Equal(ExitCode.Usage, _host.Run([.. command, list]));
        Assert.Equal(ExitCode.Usage, _host.Run([.. command, list, "s3://elsewhere"]));

        Assert.Contains("over other sources", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_cannot_be_written_is_told_as_output()
    {
        EnqueuePlace place = State([new NoObjects("s3://b/")]);
        File.CreateSymbolicLink(_host.PathOf("state"), "/dev/full");

        OutputException failure = Assert.Throws<OutputException>(() => place.Save(0, "key"));

        Assert.StartsWith(
            $"--resume {_host.PathOf("state")} cannot be written: ",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("enqueue", "nothing")]
    [InlineData("enqueue", "s3://b", "--rate", "0")]
    [InlineData("enqueue", "s3://b", "--id", "all-the-same", "--dry-run")]
    [InlineData("enqueue", "/proc/self/mem", "--dry-run")]
    [InlineData("enqueue", "s3://b", "--resume", "/proc/self/mem")]
    [InlineData("dlq", "purge", "--local", ".")]
    [InlineData("dlq", "peek", "--limit", "0", "--local", ".")]
    [InlineData("dlq", "peek", "--outcome", "nope", "--local", ".")]
    [InlineData("index", "check")]
    [InlineData("index", "check", "--opensearch-endpoint", "http://search.example.com")]
    [InlineData("index", "check", "--opensearch-endpoint", "ftp://localhost")]
    public void What_cannot_be_is_refused_before_anything_is_sent(params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, _host.Run(arguments));

        Assert.Single(_host.ErrorLines);
    }

    [Fact]
    public void A_service_that_is_not_there_is_an_exit_code_of_its_own()
    {
        Assert.Equal(ExitCode.Unavailable, _host.Run("index", "diff", "--opensearch-endpoint", "http://127.0.0.1:1"));

        Assert.Contains("127.0.0.1:1", Assert.Single(_host.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_is_told_where_more_detail_is_asked_for()
    {
        string[] command = ["index", "diff", "-v", "--opensearch-endpoint", "http://127.0.0.1:1"];

        Assert.Equal(ExitCode.Unavailable, _host.Run(command));

        Assert.Matches(@"^OpenSearch \w+ 127\.0\.0\.1:1/\S*: no answer \(.+\) after \d+ ms$", _host.ErrorLines[0]);
        Assert.Equal("", _host.Out);
    }

    [Theory]
    [InlineData("dlq", "status")]
    [InlineData("dlq", "peek")]
    [InlineData("dlq", "redrive")]
    [InlineData("dlq", "purge")]
    [InlineData("enqueue")]
    [InlineData("index", "init")]
    [InlineData("index", "check")]
    [InlineData("index", "diff")]
    [InlineData("index", "reindex")]
    [InlineData("search")]
    [InlineData("doctor")]
    public void Commands_that_speak_to_services_say_more_or_less_as_asked(params string[] command)
    {
        Assert.Equal(ExitCode.Ok, _host.Run([.. command, "--help"]));

        Assert.Contains("  -q, --quiet ", _host.Out, StringComparison.Ordinal);
        Assert.Contains("  -v, --verbose ", _host.Out, StringComparison.Ordinal);
    }

    private EnqueuePlace State(EnqueueSource[] sources) =>
        EnqueuePlace.Open(_host.PathOf("state"), sources, DocumentIds.OfNotifications);

    private sealed class NoObjects(string name) : EnqueueSource
    {
        public override string Name => name;

        public override IAsyncEnumerable<EnqueueEntry> ReadAsync(string? after, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<EnqueueEntry>();
    }
}
