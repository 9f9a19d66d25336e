using System.Diagnostics;
using Amazon;
using Amazon.Runtime;
using Cis.Aws.Identity;
using Cis.Worker;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Aws;

/// <summary>What <c>cis doctor</c> checks in AWS beyond <see cref="SetupLook"/>.</summary>
/// <param name="clients">The clients that the worker would use.</param>
public sealed class ServiceLook(AwsClients clients)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>Gets credentials, and says where they come from: their kind and the end of the key's id, never the secret.</summary>
    public async Task<SetupFinding> CredentialsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await DescribeAsync(cancellationToken);
        }
        catch (Exception e) when (CredentialFault.Explain(e) is { } reason)
        {
            return new(LogLevel.Error, reason);
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            return new(
                LogLevel.Error,
                AwsFault.Describe(e),
                "check what issues them: the instance's role, the profile of AWS_PROFILE, or STS"
            );
        }
    }

    private async Task<SetupFinding> DescribeAsync(CancellationToken cancellationToken)
    {
        AWSCredentials source = clients.CurrentCredentials;
        ImmutableCredentials credentials = await source.GetCredentialsAsync().WaitAsync(cancellationToken);
        string id = credentials.AccessKey;
        string end = id.Length > 4 ? id[^4..] : id;
        string found = $"{SourceOf(source)}, key ...{end}{(credentials.UseToken ? ", temporary" : "")}";
        return credentials.UseToken && source is EnvironmentVariablesAWSCredentials or SessionAWSCredentials
            ? new(
                LogLevel.Warning,
                $"{found}: nothing renews them, and all calls fail once they have expired",
                "for a worker, give the machine or container a role"
            )
            : new(LogLevel.Information, found);
    }

    /// <summary>How far this machine's clock differs from that of SQS: positive if it is ahead.</summary>
    /// <exception cref="TransientException">The service does not answer, or names no date.</exception>
    public async Task<TimeSpan> ClockOffsetAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        Uri service = clients.Options.SqsEndpoint ?? new Uri($"https://sqs.{clients.Options.Region}.{DnsSuffix}");
        using var http = new HttpClient { Timeout = AnswerTime };
        using var request = new HttpRequestMessage(HttpMethod.Head, service);
        try
        {
            using HttpResponseMessage answer = await SendAsync(http, request, "SQS", cancellationToken);
            DateTimeOffset theirs = answer.Headers.Date ?? throw new HttpRequestException("its answer has no date");
            return time.GetUtcNow() - theirs;
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            throw new TransientException(Dependency.Queue, $"{service}: {AwsFault.Describe(e)}", e);
        }
    }

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
