using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;

namespace Cis.Aws.Storing;

/// <summary>
/// A client of S3 that asks for each key as it is. Where the bucket stands in the path, the SDK (4.0) signs the path of a
/// key that begins with a slash, but joins it to the bucket's without that slash: it reads another object.
/// </summary>
internal sealed class ExactKeyS3Client(AWSCredentials credentials, AmazonS3Config config, Action<string>? trace = null)
    : AmazonS3Client(credentials, config)
{
    /// <inheritdoc/>
    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        base.CustomizeRuntimePipeline(pipeline);
        // What was signed is right: only the address that is made of it afterwards lacks the slash.
        pipeline.AddHandlerAfter<Signer>(new LeadingSlash());
        CallTraceHandler.AddTo(pipeline, "S3", trace);
    }

    private sealed class LeadingSlash : PipelineHandler
    {
        private const string KeyResource = "{Key+}";

        public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            IRequest request = executionContext.RequestContext.Request;
            string path = request.ResourcePath;
            try
            {
                request.ResourcePath = LosesSlash(request) ? "/" + path : path;
                return await base.InvokeAsync<T>(executionContext);
            }
            finally
            {
                // A retry signs it again.
                request.ResourcePath = path;
            }
        }

        private static bool LosesSlash(IRequest request) =>
            request.ResourcePath == "/" + KeyResource
            && request.PathResources.TryGetValue(KeyResource, out string? key)
            && key.StartsWith('/')
            && !request.Endpoint.AbsoluteUri.EndsWith('/');
    }
}
