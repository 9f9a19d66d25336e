using System.Net;

namespace Cis.Aws.Tests.Support;

/// <summary>Speaks HTTP on loopback and lets a test answer, all requests at the same time, until it is disposed.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HttpListenerContext, Task> _answer;
    private readonly Task _serving;

    /// <summary>Starts listening.</summary>
    /// <param name="answer">Answers a request; an answer that it leaves open is cut.</param>
    internal LoopbackServer(Func<HttpListenerContext, Task> answer)
    {
        _answer = answer;
        Url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}");
        _listener.Prefixes.Add(Url.AbsoluteUri);
        _listener.Start();
        _serving = Task.Run(ServeAsync);
    }

    internal Uri Url { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                _ = Task.Run(() => AnswerAsync(context));
            }
            // Stopped while it waits, or just before it would.
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await _answer(context);
        }
        catch (Exception e)
            when (e is HttpListenerException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            // Whoever asked has gone, as it may, or this server was stopped.
        }
        finally
        {
            // Nobody waits for an answer that does not come.
            context.Response.Abort();
        }
    }
}
