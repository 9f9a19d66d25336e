using System.Net;
using Amazon.Runtime;

namespace Cis.Fuzz.Targets;

/// <summary>Stands in for the network: whatever the SDK sends, it gets the answer that is set.</summary>
internal sealed class AnswerHandler : HttpMessageHandler
{
    // Calls that go on and on, such as a listing that never ends, would take the time of thousands of inputs.
    private const int MostCalls = 64;

    private int _calls;

    internal HttpStatusCode Status { get; set; }

    internal IReadOnlyList<(string Name, string Value)> Headers { get; set; } = [];

    internal byte[] Body { get; set; } = [];

    /// <summary>Begins a run.</summary>
    internal void Begin() => _calls = 0;

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (++_calls > MostCalls)
        {
            throw new HttpRequestException("too many calls for one run");
        }

        var answer = new HttpResponseMessage(Status) { Content = new ByteArrayContent(Body), RequestMessage = request };
        foreach ((string name, string value) in Headers)
        {
            // As a client of HTTP would: what is no header of an answer may be one of its body.
            if (!answer.Headers.TryAddWithoutValidation(name, value))
            {
                answer.Content.Headers.Remove(name);
                answer.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return Task.FromResult(answer);
    }

    /// <summary>Gives the SDK clients that end here.</summary>
    internal sealed class Factory(AnswerHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);
    }
}
