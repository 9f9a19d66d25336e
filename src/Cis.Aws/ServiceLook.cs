using System.Diagnostics;
using Amazon;
using Amazon.Runtime;
using Cis.Aws.Identity;
using Cis.Aws.Queueing;

namespace Cis.Aws;

/// <summary>What <c>cis doctor</c> checks in AWS beyond <see cref="SetupLook"/>.</summary>
/// <param name="clients">The clients that the worker would use.</param>
public sealed class ServiceLook(AwsClients clients)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>Gets credentials, and says where they come from.</summary>
    /// <returns>Their kind and the end of the key's id; never the secret.</returns>
    /// <exception cref="InvalidOperationException">There are none; the message says why.</exception>
    public async Task<string> CredentialsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DescribeAsync(cancellationToken);
        }
        catch (Exception e) when (CredentialFault.Explain(e) is { } reason)
        {
            throw new InvalidOperationException(reason, e);
        }
    }

    private async Task<string> DescribeAsync(CancellationToken cancellationToken)
    {
        AWSCredentials source = clients.CurrentCredentials;
        ImmutableCredentials credentials = await source.GetCredentialsAsync().WaitAsync(cancellationToken);
        string id = credentials.AccessKey;
        string end = id.Length > 4 ? id[^4..] : id;
        return $"{SourceOf(source)}, key ...{end}{(credentials.UseToken ? ", temporary" : "")}";
    }

    /// <summary>How far this machine's clock differs from that of SQS: positive if it is ahead.</summary>
    /// <exception cref="HttpRequestException">The service does not answer.</exception>
    public async Task<TimeSpan> ClockOffsetAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        Uri service = clients.Options.SqsEndpoint ?? new Uri($"https://sqs.{clients.Options.Region}.{DnsSuffix}");
        using var http = new HttpClient { Timeout = AnswerTime };
        using var request = new HttpRequestMessage(HttpMethod.Head, service);
        using HttpResponseMessage answer = await SendAsync(http, request, "SQS", cancellationToken);
        DateTimeOffset theirs = answer.Headers.Date ?? throw new HttpRequestException($"{service} names no date");
        return time.GetUtcNow() - theirs;
    }

    /// <summary>The configured dead-letter queue, or else the one in the queue's redrive policy.</summary>
    public Task<string?> DeadLetterQueueAsync(string queueUrl, string? set, CancellationToken cancellationToken) =>
        new DeadLetterQueueUrl(clients.Sqs, queueUrl, set).FindAsync(cancellationToken);

    /// <summary>Whether the instance metadata service issues a token.</summary>
    public async Task<bool> AnswersAsync(Uri service, CancellationToken cancellationToken)
    {
        using var transport = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(1) };
        using var http = new HttpClient(transport) { Timeout = TimeSpan.FromSeconds(2) };
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(service, "/latest/api/token"));
        request.Headers.Add("X-aws-ec2-metadata-token-ttl-seconds", "60");
        try
        {
            using HttpResponseMessage answer = await SendAsync(http, request, "IMDS", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e)
            when (e is HttpRequestException
                || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return false;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpClient http,
        HttpRequestMessage request,
        string service,
        CancellationToken cancellationToken
    )
    {
        long start = Stopwatch.GetTimestamp();
        string answer = "";
        try
        {
            HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
            answer = $"status {(int)response.StatusCode}";
            return response;
        }
        catch (Exception e)
        {
            answer = CallTrace.AnswerOf(e);
            throw;
        }
        finally
        {
            string target = request.RequestUri!.GetLeftPart(UriPartial.Path);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            clients.Trace?.Invoke(CallTrace.Line(service, request.Method.Method, target, answer, time));
        }
    }

    private string DnsSuffix => RegionEndpoint.GetBySystemName(clients.Options.Region).PartitionDnsSuffix;

    private static string SourceOf(AWSCredentials source) =>
        source.GetType().Name switch
        {
            "EnvironmentVariablesAWSCredentials" => "from variables (AWS_ACCESS_KEY_ID)",
            "InstanceCredentials" or "DefaultInstanceProfileAWSCredentials" or "InstanceProfileAWSCredentials" =>
                "from the instance's role",
            "GenericContainerCredentials" or "ECSTaskCredentials" => "from the container's role",
            _ when source is RoleCredentials { IsWebIdentity: true } => "from a web identity token",
            "AssumeRoleWithWebIdentityCredentials" => "from a web identity token",
            "AssumeRoleAWSCredentials" or "RoleCredentials" => "from an assumed role",
            "SSOAWSCredentials" => "from a single sign-on",
            "ProcessAWSCredentials" => "from a credential process",
            "BasicAWSCredentials" or "SessionAWSCredentials" => "from a profile",
            var other => $"from {other}",
        };
}
