using System.Text.Json;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.SQS;

namespace Cis.Aws.Queueing;

/// <summary>
/// A client of SQS that looks at each answer before the SDK's parser gets it: that has no end with a list in malformed
/// JSON, and no time limit for a body that stands still.
/// </summary>
internal sealed class CheckedSqsClient(AWSCredentials credentials, AmazonSQSConfig config, Action<string>? trace = null)
    : AmazonSQSClient(credentials, config)
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        pipeline.AddHandlerAfter<Unmarshaller>(new AnswerCheck());
        CallTraceHandler.AddTo(pipeline, "SQS", trace);
    }

    private sealed class AnswerCheck : PipelineHandler
    {
        public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            IRequestContext request = executionContext.RequestContext;
            T response;
            try
            {
                response = await base.InvokeAsync<T>(executionContext).ConfigureAwait(false);
            }
            catch (HttpErrorResponseException e)
            {
                SqsAnswer refusal = await ReadAsync(e.Response, request).ConfigureAwait(false);
                // Its status says enough where its body cannot be read: a proxy's, for one.
                throw new HttpErrorResponseException(
                    e.Message,
                    e,
                    refusal.IsReadable ? refusal : refusal.WithoutBody()
                );
            }

            IResponseContext context = executionContext.ResponseContext;
            SqsAnswer answer = await ReadAsync(context.HttpResponse, request).ConfigureAwait(false);
            context.HttpResponse = answer;
            if (!answer.IsReadable)
            {
                answer.Dispose();
                throw new JsonException("the answer is not the JSON that SQS answers with");
            }

            return response;
        }

        private static async Task<SqsAnswer> ReadAsync(IWebResponseData response, IRequestContext request)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(request.CancellationToken);
            if (request.ClientConfig.Timeout is { } timeout)
            {
                limit.CancelAfter(timeout);
            }

            return await SqsAnswer.ReadAsync(response, limit.Token).ConfigureAwait(false);
        }
    }
}
