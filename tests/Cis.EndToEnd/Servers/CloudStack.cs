using Amazon.S3;
using Amazon.S3.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using Cis.Aws.Tests.Support;
using Cis.EndToEnd.Faults;

namespace Cis.EndToEnd.Servers;

/// <summary>
/// Servers in the places of SQS, S3 and OpenSearch, started once for all tests that need them, with lines to the latter
/// two that can be broken. What a worker is told to speak to are the lines.
/// </summary>
public abstract class CloudStack : IAsyncLifetime
{
    private readonly Lazy<Task> _started;
    private readonly Lazy<Task<MixedBucket>> _mixed;
    private SearchGate? _gate;
    private Line? _storeLine;
    private Line? _searchLine;

    protected CloudStack()
    {
        _started = new Lazy<Task>(StartAsync);
        _mixed = new Lazy<Task<MixedBucket>>(() => MixedBucket.CreateAsync(S3, Files));
    }

    /// <summary>What they are, for the table of faults.</summary>
    internal abstract string Name { get; }

    /// <summary>How many files a scenario is made of: as many as is fast on one core.</summary>
    internal abstract int Files { get; }

    /// <summary>For how long OpenSearch is down where it is.</summary>
    internal abstract TimeSpan Outage { get; }

    /// <summary>Where the test itself puts objects.</summary>
    internal IAmazonS3 S3 => Store.S3;

    /// <summary>Where the test itself puts messages.</summary>
    internal IAmazonSQS Sqs => Queue.Sqs;

    /// <summary>Where the worker finds the queue: the host in a queue's URL is a name that only AWS's DNS may know.</summary>
    internal Uri QueueUrl => Queue.Url;

    /// <summary>The way from the worker to S3.</summary>
    internal Line StoreLine => _storeLine ?? throw NotStarted();

    /// <summary>The way from the worker to OpenSearch: the line, behind it the gate.</summary>
    internal Line SearchLine => _searchLine ?? throw NotStarted();

    /// <summary>Answers bulks in OpenSearch's place when it is told to.</summary>
    internal SearchGate Gate => _gate ?? throw NotStarted();

    /// <summary>OpenSearch.</summary>
    internal abstract SearchServer Search { get; }

    /// <summary>Puts a sample into a bucket.</summary>
    internal async Task PutSampleAsync(string bucket, string key, string sample, CancellationToken cancellationToken) =>
        await S3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = key,
                FilePath = Repository.Sample(sample),
            },
            cancellationToken
        );

    private protected abstract CloudServer Queue { get; }

    private protected abstract CloudServer Store { get; }

    /// <summary>Starts the servers if they are not; leaves the test out where there are none.</summary>
    internal async Task RequireAsync()
    {
        await _started.Value;
        Queue.Require();
        Store.Require();
        Search.Require();
    }

    /// <summary>A bucket with files that all scenarios read; starts the servers if they are not.</summary>
    internal async Task<MixedBucket> MixedAsync()
    {
        await RequireAsync();
        return await _mixed.Value;
    }

    /// <summary>Makes a queue, and behind it one for what cannot be read.</summary>
    internal async Task<(string Queue, string DeadLetters)> CreateQueuesAsync(
        string name,
        int maxReceives,
        CancellationToken cancellationToken,
        bool isFifo = false
    )
    {
        string end = isFifo ? ".fifo" : "";
        var order = new Dictionary<string, string>(StringComparer.Ordinal);
        if (isFifo)
        {
            order["FifoQueue"] = "true";
        }

        var deadRequest = new CreateQueueRequest($"{name}-dead{end}") { Attributes = order };
        string dead = (await Sqs.CreateQueueAsync(deadRequest, cancellationToken)).QueueUrl;
        GetQueueAttributesResponse facts = await Sqs.GetQueueAttributesAsync(dead, ["QueueArn"], cancellationToken);
        var request = new CreateQueueRequest(name + end)
        {
            Attributes = new(order)
            {
                ["RedrivePolicy"] =
                    $$"""{"deadLetterTargetArn":"{{facts.Attributes["QueueArn"]}}","maxReceiveCount":"{{maxReceives}}"}""",
            },
        };
        return ((await Sqs.CreateQueueAsync(request, cancellationToken)).QueueUrl, dead);
    }

    /// <summary>Says where all is, by the old worker's variables.</summary>
    internal void Describe(Dictionary<string, string> environment, string queue, string bucket, string index)
    {
        environment["SQS_QUEUE_URL"] = queue;
        environment["S3_BUCKET"] = bucket;
        environment["AWS_REGION"] = "us-east-1";
        environment["AWS_ENDPOINT_URL_SQS"] = QueueUrl.AbsoluteUri;
        environment["AWS_ENDPOINT_URL_S3"] = StoreLine.Url.AbsoluteUri;
        environment["AWS_ACCESS_KEY_ID"] = "ACCESS";
        environment["AWS_SECRET_ACCESS_KEY"] = "SECRET";
        environment["OPENSEARCH_ENDPOINT"] = SearchLine.Url.AbsoluteUri;
        environment["OPENSEARCH_INDEX"] = index;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (!_started.IsValueCreated)
        {
            return;
        }

        if (_searchLine is not null && _storeLine is not null && _gate is not null)
        {
            await _searchLine.DisposeAsync();
            await _storeLine.DisposeAsync();
            await _gate.DisposeAsync();
        }

        await StopServersAsync();
    }

    private protected abstract Task StartServersAsync();

    private protected abstract ValueTask StopServersAsync();

    private protected abstract Task<Line> DrawLineAsync(string name, Uri server);

    private async Task StartAsync()
    {
        await StartServersAsync();
        if (Queue.Missing is null && Store.Missing is null && Search.Missing is null)
        {
            _gate = new SearchGate(Search.Url);
            _storeLine = await DrawLineAsync("store", Store.Url);
            _searchLine = await DrawLineAsync("search", _gate.Url);
        }
    }

    private static InvalidOperationException NotStarted() => new("RequireAsync comes first");
}

/// <summary>ElasticMQ, versitygw and OpenSearch, with toxiproxy on the lines.</summary>
public sealed class RealStack : CloudStack
{
    private readonly ElasticMqServer _queue = new();
    private readonly VersityServer _store = new();
    private readonly RealOpenSearch _search = new();
    private readonly ToxiproxyServer _proxy = new();

    internal override string Name => "real";

    internal override int Files => 200;

    internal override TimeSpan Outage => TimeSpan.FromSeconds(20);

    internal override SearchServer Search => _search;

    private protected override CloudServer Queue => _queue;

    private protected override CloudServer Store => _store;

    private protected override async Task StartServersAsync()
    {
        await Task.WhenAll(
            _queue.InitializeAsync().AsTask(),
            _store.InitializeAsync().AsTask(),
            _search.InitializeAsync().AsTask()
        );
        if (_queue.Missing is null)
        {
            await _proxy.StartAsync();
        }
    }

    private protected override async ValueTask StopServersAsync()
    {
        await _proxy.DisposeAsync();
        await _search.DisposeAsync();
        await _store.DisposeAsync();
        await _queue.DisposeAsync();
    }

    private protected override async Task<Line> DrawLineAsync(string name, Uri server) =>
        await _proxy.DrawAsync(name, server);
}

/// <summary>fauxqs as queue and store, and a stand-in for OpenSearch: what every machine can run.</summary>
public sealed class EmulatedStack : CloudStack
{
    private readonly FauxqsServer _cloud = new();
    private readonly StubOpenSearch _search = new();

    internal override string Name => "emulated";

    internal override int Files => 80;

    internal override TimeSpan Outage => TimeSpan.FromSeconds(3);

    internal override SearchServer Search => _search;

    private protected override CloudServer Queue => _cloud;

    private protected override CloudServer Store => _cloud;

    private protected override async Task StartServersAsync()
    {
        await _search.InitializeAsync();
        await _cloud.InitializeAsync();
    }

    private protected override async ValueTask StopServersAsync()
    {
        await _cloud.DisposeAsync();
        await _search.DisposeAsync();
    }

    private protected override Task<Line> DrawLineAsync(string name, Uri server) =>
        Task.FromResult<Line>(new RelayLine(server));
}
