using Cis.Aws.Enqueueing;
using Cis.Output;
using Cis.Workers;

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
        Assert.Equal(["2 notices would be sent."], _host.ErrorLines);
    }

    [Fact]
    public void A_dry_run_goes_on_after_the_place_that_the_state_names()
    {
        string list = _host.PathOf("list");
        File.WriteAllLines(list, ["s3://b/one", "s3://b/two", "s3://b/three"]);
        File.WriteAllText(_host.PathOf("state"), $"{list}\n2");

        Assert.Equal(ExitCode.Ok, _host.Run("enqueue", list, "--dry-run", "--resume", _host.PathOf("state")));

        Assert.Equal("s3://b/three\n", _host.Out);
    }

    [Fact]
    public void A_state_of_another_source_is_refused()
    {
        string list = _host.PathOf("list");
        File.WriteAllLines(list, ["s3://b/one"]);
        File.WriteAllText(_host.PathOf("state"), "s3://elsewhere\nkey");

        Assert.Equal(ExitCode.Usage, _host.Run("enqueue", list, "--dry-run", "--resume", _host.PathOf("state")));

        Assert.Contains("s3://elsewhere", _host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_cannot_be_written_is_told_as_output()
    {
        var place = EnqueuePlace.Open(_host.PathOf("state"), [new NoObjects()]);
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

    private sealed class NoObjects : EnqueueSource
    {
        public override string Name => "s3://b/";

        public override IAsyncEnumerable<EnqueueEntry> ReadAsync(string? after, CancellationToken cancellationToken) =>
            AsyncEnumerable.Empty<EnqueueEntry>();
    }
}
