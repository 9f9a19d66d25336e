using System.Diagnostics;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3.Model;
using Amazon.SQS.Model;

namespace Cis.Aws;

/// <summary>
/// Tells of each request to a service in one line: which service, operation and target, the answer, and how long it took.
/// Headers and bodies are never part of it, so neither are keys, tokens, signatures or passwords.
/// </summary>
internal static class CallTrace
{
    /// <summary>The line.</summary>
    /// <param name="service">Such as <c>SQS</c>.</param>
    /// <param name="operation">Such as <c>ReceiveMessage</c> or <c>GET</c>.</param>
    /// <param name="target">The queue, the bucket and key, or the address.</param>
    /// <param name="answer">See <see cref="AnswerOf"/>.</param>
    /// <param name="time">How long it took.</param>
    internal static string Line(string service, string operation, string target, string answer, TimeSpan time) =>
        $"{service} {operation} {target}: {answer} after {(long)time.TotalMilliseconds} ms";

    /// <summary>What came instead of a result. A refusal's own text is left out: it may repeat what was signed.</summary>
    internal static string AnswerOf(Exception e) =>
        e switch
        {
            AmazonServiceException { StatusCode: not 0 } refusal =>
                $"status {(int)refusal.StatusCode} {refusal.ErrorCode}",
            HttpErrorResponseException { Response: { } response } => $"status {(int)response.StatusCode}",
            _ => $"no answer ({AwsFault.Describe(e)})",
        };

    /// <summary>What a request is about.</summary>
    internal static string TargetOf(AmazonWebServiceRequest request) =>
        request switch
        {
            ReceiveMessageRequest queue => Address(queue.QueueUrl),
            SendMessageRequest queue => Address(queue.QueueUrl),
            SendMessageBatchRequest queue => Address(queue.QueueUrl),
            DeleteMessageBatchRequest queue => Address(queue.QueueUrl),
            ChangeMessageVisibilityBatchRequest queue => Address(queue.QueueUrl),
            GetQueueAttributesRequest queue => Address(queue.QueueUrl),
            PurgeQueueRequest queue => Address(queue.QueueUrl),
            GetQueueUrlRequest queue => queue.QueueName,
            StartMessageMoveTaskRequest queue => queue.SourceArn,
            ListMessageMoveTasksRequest queue => queue.SourceArn,
            ListObjectsV2Request list => $"s3://{list.BucketName}/{list.Prefix}",
            GetObjectRequest file => $"s3://{file.BucketName}/{file.Key}",
            GetObjectMetadataRequest file => $"s3://{file.BucketName}/{file.Key}",
            _ => "",
        };

    // A URL can have a password in it.
    private static string Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.UserInfo.Length > 0
            ? address.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.UserInfo, UriFormat.UriEscaped)
            : url;
}

/// <summary>Tells of the requests of one of the SDK's clients, each attempt by itself.</summary>
/// <param name="service">See <see cref="CallTrace.Line"/>.</param>
/// <param name="trace">Hears of each.</param>
internal sealed class CallTraceHandler(string service, Action<string> trace) : PipelineHandler
{
    /// <summary>Puts one into a client's pipeline; nothing where nobody listens.</summary>
    internal static void AddTo(RuntimePipeline pipeline, string service, Action<string>? trace)
    {
        if (trace is not null)
        {
            pipeline.AddHandlerAfter<RetryHandler>(new CallTraceHandler(service, trace));
        }
    }

    /// <inheritdoc/>
    public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
    {
        long start = Stopwatch.GetTimestamp();
        string answer = "";
        try
        {
            T response = await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
            answer = $"status {(int)executionContext.ResponseContext.HttpResponse.StatusCode}";
            return response;
        }
        catch (Exception e)
        {
            answer = CallTrace.AnswerOf(e);
            throw;
        }
        finally
        {
            IRequestContext context = executionContext.RequestContext;
            string operation = context.RequestName.EndsWith("Request", StringComparison.Ordinal)
                ? context.RequestName[..^"Request".Length]
                : context.RequestName;
            string target = CallTrace.TargetOf(context.OriginalRequest);
            trace(CallTrace.Line(service, operation, target, answer, Stopwatch.GetElapsedTime(start)));
        }
    }
}
