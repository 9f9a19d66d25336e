using System.Net;

namespace Cis.EndToEnd.Servers;

/// <summary>Stands before S3 and lets the test do something between a request and its answer.</summary>
/// <param name="store">S3.</param>
/// <param name="before">What is done before a request is handed on.</param>
internal sealed class StoreGate(Uri store, Func<HttpListenerRequest, Task> before) : HttpGate(store)
{
    /// <inheritdoc/>
    protected override async Task<GateAnswer> AnswerAsync(HttpListenerRequest request, byte[] body)
    {
        await before(request);
        return await ForwardAsync(request, body);
    }
}
