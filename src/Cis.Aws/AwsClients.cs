using System.Collections.Concurrent;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using Cis.Aws.Identity;
using Cis.Aws.Queueing;
using Cis.Aws.Storing;

namespace Cis.Aws;

/// <summary>
/// The SDK's clients, with credentials from its chain: environment, web identity, profile (keys, a process, SSO, a role that
/// is assumed), container, instance (IMDSv2).
/// </summary>
public sealed class AwsClients : IDisposable
{
    private readonly Lazy<CheckedSqsClient> _sqs;
    private readonly Lazy<ExactKeyS3Client> _s3;
    private readonly ConcurrentDictionary<string, ExactKeyS3Client> _regional = new(StringComparer.Ordinal);

    /// <summary>Clients that are made when first needed.</summary>
    public AwsClients(AwsOptions options)
    {
        Options = options;
        Credentials = ChainCredentials.In(options.Region);
        _sqs = new(() => new(Credentials, SqsConfig(options), Trace));
        _s3 = new(() => new(Credentials, S3Config(options), Trace));
    }

    /// <summary>The options of the clients.</summary>
    public AwsOptions Options { get; }

    /// <summary>
    /// Hears of each request in one line without secrets: service, operation, target, answer, time. Null for nobody.
    /// </summary>
    public Action<string>? Trace { get; init; }

    /// <summary>The credentials that sign requests: what the chain finds, unless others are given.</summary>
    internal AWSCredentials Credentials { get; init; }

    /// <summary>What sends requests; null for the SDK's own transport.</summary>
    internal HttpClientFactory? Transport { get; init; }

    /// <summary>The credentials that the chain resolved to.</summary>
    internal AWSCredentials CurrentCredentials => Credentials is ChainCredentials chain ? chain.Found : Credentials;

    /// <summary>
    /// Asks for new credentials with the next call if a service called these expired. The SDK does so only at the time
    /// that they were given for, which may be an hour away when a session was revoked or clocks differ.
    /// </summary>
    /// <param name="e">What a call failed with.</param>
    internal void RenewIfExpired(Exception e)
    {
        if (AwsFault.IsExpired(e))
        {
            ChainCredentials.Renew(Credentials);
        }
    }

    internal IAmazonSQS Sqs => _sqs.Value;

    internal IAmazonS3 S3 => _s3.Value;

    /// <summary>The client for buckets of a region, wherever this program runs.</summary>
    internal IAmazonS3 S3In(string region) =>
        _regional.GetOrAdd(region, name => new(Credentials, S3Config(Options with { Region = name }), Trace));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_sqs.IsValueCreated)
        {
            _sqs.Value.Dispose();
        }

        if (_s3.IsValueCreated)
        {
            _s3.Value.Dispose();
        }

        foreach (AmazonS3Client client in _regional.Values)
        {
            client.Dispose();
        }
    }

    private AmazonSQSConfig SqsConfig(AwsOptions options)
    {
        // A long poll is answered after 20 s at most.
        var config = new AmazonSQSConfig { Timeout = options.AnswerTime ?? TimeSpan.FromSeconds(40) };
        SetUp(config, options, options.SqsEndpoint);
        return config;
    }

    private AmazonS3Config S3Config(AwsOptions options)
    {
        var config = new AmazonS3Config
        {
            Timeout = options.AnswerTime ?? TimeSpan.FromSeconds(30),
            ForcePathStyle = options.IsPathStyle,
            // An access point is where its ARN says, not where we are.
            UseArnRegion = true,
        };
        SetUp(config, options, options.S3Endpoint);
        return config;
    }

    private void SetUp(ClientConfig config, AwsOptions options, Uri? endpoint)
    {
        if (endpoint is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            config.ServiceURL = endpoint.AbsoluteUri;
        }

        config.AuthenticationRegion = options.Region;
        config.ConnectTimeout = TimeSpan.FromSeconds(5);
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = options.Retries;
        config.ThrottleRetries = false;
        if (Transport is not null)
        {
            config.HttpClientFactory = Transport;
        }
    }
}
