using System.Net;
using System.Text;
using Amazon.Runtime;

namespace Cis.Aws.Tests.Week;

/// <summary>A bucket, in memory, which looks at who has signed a request.</summary>
internal sealed class SimulatedBucket(SimulatedSts sts) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        string signature = request.Headers.GetValues("Authorization").Single();
        bool isGood = sts.IsGood(signature.Split("Credential=")[1].Split('/')[0]);
        var answer = new HttpResponseMessage(isGood ? HttpStatusCode.OK : HttpStatusCode.BadRequest)
        {
            Content = new ByteArrayContent(
                Encoding.UTF8.GetBytes(
                    isGood ? "a page" : "<Error><Code>ExpiredToken</Code><Message>it has expired</Message></Error>"
                )
            ),
        };
        if (isGood)
        {
            answer.Headers.TryAddWithoutValidation("ETag", "\"e-2\"");
        }

        return Task.FromResult(answer);
    }

    /// <summary>Brings the SDK to it.</summary>
    internal sealed class Factory(SimulatedBucket bucket) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(bucket, disposeHandler: false);
    }
}
