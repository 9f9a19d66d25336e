using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Cis.Worker.Monitoring;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cis.Fuzz.Targets;

/// <summary>
/// Requests to the worker's endpoint, in one piece or two: the first byte says where it is cut. Over sockets of the file
/// system, since a machine has too few ports for thousands of connections a second.
/// </summary>
internal sealed class HttpTarget : FuzzTarget
{
    private const string Metrics = "cis_up 1\n";

    private static readonly string[] s_statuses =
    [
        "200 OK",
        "404 Not Found",
        "405 Method Not Allowed",
        "503 Service Unavailable",
    ];

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _place = new($"\0cis-fuzz-{Environment.ProcessId}");
    private readonly Channel<Socket> _arrivals = Channel.CreateUnbounded<Socket>();
    private readonly MetricsEndpoint _endpoint;

    internal HttpTarget()
    {
        _listener.Bind(_place);
        _listener.Listen();
        _endpoint = MetricsEndpoint.Open(
            0,
            new EndpointPages(() => Metrics, () => new Health(true, "ok\n"), () => new Health(false, "ünready\n")),
            new Supervisor(TimeProvider.System, NullLogger.Instance),
            (_, token) => _arrivals.Reader.ReadAsync(token)
        );
    }

    internal override int LeastEdges => 75;

    internal override int MostInput => 9 << 10;

    internal override IReadOnlyList<string> Words =>
        [
            "GET ",
            "HEAD ",
            "POST ",
            " HTTP/1.1",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "/metrics",
            "/healthz",
            "/readyz",
            "?",
            "Host: x",
            "Content-Length: 5",
            "Transfer-Encoding: chunked",
            " ",
            "\0",
            "http://x/metrics",
        ];

    internal override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length == 0)
        {
            return;
        }

        string answer = Ask(input[1..], cut: input[0] % input.Length);
        Demand(answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), $"no answer of HTTP: {answer}");
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Demand(end > 0, "an answer without an end of its head");
        string status = answer[9..answer.IndexOf('\r', StringComparison.Ordinal)];
        Demand(s_statuses.Contains(status), $"a status that is none: {status}");
        string body = answer[(end + 4)..];
        bool isHead = input[1..].StartsWith("HEAD "u8);
        bool hasBody = !isHead || status.StartsWith("405", StringComparison.Ordinal);
        Demand(hasBody ? body.Length == LengthIn(answer[..end]) : body.Length == 0, "a body of another length");
    }

    protected override void Close()
    {
        _endpoint.Dispose();
        _listener.Dispose();
    }

    private static int LengthIn(string head)
    {
        const string Name = "Content-Length: ";
        string rest = head[(head.IndexOf(Name, StringComparison.Ordinal) + Name.Length)..];
        return int.Parse(rest.Split('\r')[0], CultureInfo.InvariantCulture);
    }

    private string Ask(ReadOnlySpan<byte> request, int cut)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(_place);
        Demand(_arrivals.Writer.TryWrite(_listener.Accept()), "nobody is let in");
        try
        {
            client.Send(request[..cut]);
            client.Send(request[cut..]);
            client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It has answered before the rest came, and gone.
        }

        return Receive(client);
    }

    private static string Receive(Socket client)
    {
        byte[] buffer = new byte[4 << 10];
        var answer = new StringBuilder();
        try
        {
            for (int read = client.Receive(buffer); read > 0; read = client.Receive(buffer))
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // What it did not read before it went resets the connection; the answer is there.
        }

        return answer.ToString();
    }
}
