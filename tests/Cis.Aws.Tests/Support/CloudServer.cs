using Amazon.S3;
using Amazon.SQS;

namespace Cis.Aws.Tests.Support;

/// <summary>A server that stands in for SQS or S3; where this machine has none, <see cref="Missing"/> says why.</summary>
public abstract class CloudServer : IAsyncLifetime
{
    private ServerProcess? _process;
    private AwsClients? _clients;

    /// <summary>Why the tests against this server are left out; null if they are not.</summary>
    public string? Missing { get; private set; }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>The clients under test.</summary>
    public AwsClients Clients => _clients ?? throw new InvalidOperationException("the server was not started");

    internal IAmazonSQS Sqs => Clients.Sqs;

    internal IAmazonS3 S3 => Clients.S3;

    /// <summary>Leaves the test out where there is no server.</summary>
    public void Require() => Assert.SkipWhen(Missing is not null, Missing ?? "");

    public async ValueTask InitializeAsync()
    {
        Missing = FindMissing();
        if (Missing is not null)
        {
            return;
        }

        (_process, int port) = await StartAsync();
        Url = new Uri($"http://127.0.0.1:{port}");
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "ACCESS");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "SECRET");
        _clients = Connect(Url);
    }

    public virtual async ValueTask DisposeAsync()
    {
        _clients?.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Clients as the program makes them from its environment.</summary>
    internal static AwsClients Connect(Uri url) =>
        new(AwsOptions.FromEnvironment("us-east-1", name => name == "AWS_ENDPOINT_URL" ? url.AbsoluteUri : null));

    private protected abstract string? FindMissing();

    private protected abstract Task<(ServerProcess Process, int Port)> StartAsync();

    private protected static async Task<(ServerProcess Process, int Port)> StartSharedAsync(
        string name,
        params string[] arguments
    )
    {
        int port = ServerProcess.FreePort();
        string script = Path.Combine(Repository.SharedServers, name, "start.sh");
        return (await ServerProcess.StartAsync(script, [$"{port}", .. arguments]), port);
    }

    private protected static string? MissingShared(string name) =>
        Directory.Exists(Path.Combine(Repository.SharedServers, name))
            ? null
            : $"no real {name} server on this machine (shared/servers/{name} beside the repository)";
}

/// <summary>
/// fauxqs: SQS and S3 in memory. Unlike AWS it takes any receipt handle and any signature, knows no
/// StartMessageMoveTask, takes bodies of up to 11 MiB and refuses those with characters beyond U+FFFF.
/// </summary>
public sealed class FauxqsServer : CloudServer
{
    private protected override string? FindMissing() =>
        Directory.Exists(Path.Combine(Repository.Emulators, "node_modules"))
            ? null
            : "fauxqs is not fetched: ./build.sh test does it";

    private protected override async Task<(ServerProcess Process, int Port)> StartAsync()
    {
        ServerProcess process = await ServerProcess.StartAsync(
            "node",
            Path.Combine(Repository.Emulators, "fauxqs.mjs")
        );
        return (process, int.Parse(process.Ready.Split(' ')[1]));
    }
}

/// <summary>ElasticMQ: SQS with move tasks, redrive and true limits.</summary>
public sealed class ElasticMqServer : CloudServer
{
    private protected override string? FindMissing() => MissingShared("elasticmq");

    private protected override Task<(ServerProcess Process, int Port)> StartAsync() => StartSharedAsync("elasticmq");
}

/// <summary>versitygw: S3 with versions, checksums and signatures that are verified.</summary>
public sealed class VersityServer : CloudServer
{
    private DirectoryInfo? _data;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _data?.Delete(recursive: true);
    }

    private protected override string? FindMissing() => MissingShared("s3");

    private protected override Task<(ServerProcess Process, int Port)> StartAsync()
    {
        _data = Directory.CreateTempSubdirectory("cis-s3-");
        return StartSharedAsync("s3", _data.FullName, "ACCESS", "SECRET", "PLAIN", "PLAINSECRET");
    }
}
