using System.Net;
using System.Text;

namespace Cis.EndToEnd.Servers;

/// <summary>Stands before a server and answers in its place where it is told to.</summary>
/// <param name="upstream">The server.</param>
internal sealed class AnswerGate(Uri upstream) : HttpGate(upstream)
{
    /// <summary>The answer to a request; null to let the server answer.</summary>
    internal Func<HttpListenerRequest, GateAnswer?> Instead { get; set; } = _ => null;

    /// <summary>S3's refusal.</summary>
    internal static GateAnswer S3(int status, string code) =>
        new(
            status,
            Encoding.UTF8.GetBytes(
                $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>as asked</Message></Error>"
            )
        )
        {
            Headers = [("Content-Type", "application/xml")],
        };

    /// <summary>A web server's page.</summary>
    internal static GateAnswer Page(int status) =>
        new(status, "<html><body><h1>This is another server</h1></body></html>"u8.ToArray())
        {
            Headers = [("Content-Type", "text/html")],
        };

    /// <summary>OpenSearch's refusal of a whole request.</summary>
    internal static GateAnswer Search(int status, string type) =>
        new(
            status,
            Encoding.UTF8.GetBytes($$"""{"error":{"type":"{{type}}","reason":"as asked"},"status":{{status}}}""")
        )
        {
            Headers = [("Content-Type", "application/json")],
        };

    /// <inheritdoc/>
    protected override async Task<GateAnswer> AnswerAsync(HttpListenerRequest request, byte[] body) =>
        Instead(request) ?? await ForwardAsync(request, body);
}
