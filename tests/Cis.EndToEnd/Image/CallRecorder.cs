using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Cis.EndToEnd.Servers;

namespace Cis.EndToEnd.Image;

/// <summary>A call of AWS as IAM sees it.</summary>
/// <param name="Action">Such as <c>sqs:SendMessage</c>.</param>
/// <param name="Resource">An ARN with the placeholders of deploy/iam in place of names.</param>
internal sealed record AwsCall(string Action, string Resource);

/// <summary>Stands before one of AWS's services and writes down what it is called for.</summary>
internal abstract class CallRecorder(Uri service) : HttpGate(service)
{
    private readonly ConcurrentDictionary<AwsCall, bool> _calls = new();

    /// <summary>What was called since the last time, each once.</summary>
    internal IReadOnlyList<AwsCall> Take()
    {
        AwsCall[] calls = [.. _calls.Keys];
        _calls.Clear();
        return calls;
    }

    /// <inheritdoc/>
    protected override async Task<GateAnswer> AnswerAsync(HttpListenerRequest request, byte[] body)
    {
        _calls.TryAdd(Read(request, body), true);
        return Instead(request) ?? await ForwardAsync(request, body);
    }

    /// <summary>What a request is for IAM.</summary>
    protected abstract AwsCall Read(HttpListenerRequest request, byte[] body);

    /// <summary>An answer to what the server does not know.</summary>
    protected virtual GateAnswer? Instead(HttpListenerRequest request) => null;
}

/// <summary>SQS, with move tasks that end at once.</summary>
internal sealed class QueueRecorder(Uri service) : CallRecorder(service)
{
    private const string TargetHeader = "X-Amz-Target";
    private const string Batch = "Batch";

    protected override AwsCall Read(HttpListenerRequest request, byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        string[] keys = ["QueueUrl", "QueueName", "SourceArn"];
        string queue = keys.Select(key =>
                json.RootElement.TryGetProperty(key, out JsonElement value) ? value.GetString() : null
            )
            .OfType<string>()
            .First();
        string name = queue.EndsWith("-dead", StringComparison.Ordinal) ? "DEAD-LETTER-QUEUE" : "QUEUE";
        string operation = OperationOf(request);
        // For IAM a batch is what it consists of.
        string action = operation.EndsWith(Batch, StringComparison.Ordinal) ? operation[..^Batch.Length] : operation;
        return new AwsCall($"sqs:{action}", $"arn:aws:sqs:REGION:ACCOUNT:{name}");
    }

    protected override GateAnswer? Instead(HttpListenerRequest request) =>
        OperationOf(request) switch
        {
            "StartMessageMoveTask" => Json("""{"TaskHandle":"handle"}"""),
            "ListMessageMoveTasks" => Json(
                """{"Results":[{"Status":"COMPLETED","ApproximateNumberOfMessagesMoved":1,"ApproximateNumberOfMessagesToMove":1}]}"""
            ),
            _ => null,
        };

    private static string OperationOf(HttpListenerRequest request) => request.Headers[TargetHeader]!.Split('.')[1];

    private static GateAnswer Json(string body) =>
        new(200, Encoding.UTF8.GetBytes(body)) { Headers = [("Content-Type", "application/x-amz-json-1.0")] };
}

/// <summary>S3, with buckets in the path.</summary>
internal sealed class StoreRecorder(Uri service) : CallRecorder(service)
{
    protected override AwsCall Read(HttpListenerRequest request, byte[] body)
    {
        string[] path = request.Url!.AbsolutePath.Trim('/').Split('/', 2);
        string action = (request.HttpMethod, path.Length, request.QueryString["versionId"]) switch
        {
            ("GET" or "HEAD", 1, _) => "ListBucket",
            ("GET" or "HEAD", 2, null) => "GetObject",
            ("GET" or "HEAD", 2, _) => "GetObjectVersion",
            _ => $"{request.HttpMethod} {request.RawUrl}",
        };
        return new AwsCall($"s3:{action}", path.Length == 1 ? "arn:aws:s3:::BUCKET" : $"arn:aws:s3:::BUCKET/{path[1]}");
    }
}

/// <summary>OpenSearch: a domain, which knows methods and paths only.</summary>
/// <param name="service">Where it is.</param>
/// <param name="index">The name for which INDEX stands.</param>
internal sealed class IndexRecorder(Uri service, string index) : CallRecorder(service)
{
    protected override AwsCall Read(HttpListenerRequest request, byte[] body)
    {
        string method = request.HttpMethod[..1] + request.HttpMethod[1..].ToLowerInvariant();
        string path = request.Url!.AbsolutePath.Replace(index, "INDEX", StringComparison.Ordinal);
        return new AwsCall($"es:ESHttp{method}", $"arn:aws:es:REGION:ACCOUNT:domain/DOMAIN{path}");
    }
}
