using System.Net;
using Cis.Aws.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Aws.Tests;

public sealed class InterruptionWatchTests : IDisposable
{
    private const string Spot = "/latest/meta-data/spot/instance-action";
    private const string State = "/latest/meta-data/autoscaling/target-lifecycle-state";

    private const string Token = "AQAEAKs2J1==";

    private readonly HttpListener _listener = new();
    private readonly Uri _service = new($"http://127.0.0.1:{ServerProcess.FreePort()}");
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal) { [State] = "InService" };
    private readonly FakeTimeProvider _time = new();
    private int _looks;
    private int _refused;
    private int _tokenCalls;
    private Func<int, (int Status, string Body)> _tokenAnswer = _ => (200, Token);

    public InterruptionWatchTests()
    {
        _listener.Prefixes.Add(_service.AbsoluteUri);
        _listener.Start();
        _ = ServeAsync();
    }

    public void Dispose() => _listener.Close();

    [Theory]
    [InlineData(Spot, """{"action":"terminate","time":"2026-01-01T00:02:00Z"}""", "called back")]
    [InlineData(State, "Terminated", "scales in")]
    public async Task A_notice_is_found_at_the_next_look(string path, string answer, string expected)
    {
        using var interruptions = new InterruptionWatch(_service, _time);
        Task<string> waiting = interruptions.WaitAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => Volatile.Read(ref _looks) >= 2);
        Assert.False(waiting.IsCompleted);

        lock (_answers)
        {
            _answers[path] = answer;
        }

        await UntilAsync(() => waiting.IsCompleted);

        Assert.Contains(expected, await waiting, StringComparison.Ordinal);
        Assert.Equal(0, _refused);
    }

    [Theory]
    [InlineData(503, "")]
    [InlineData(200, "<html>\nplease log in\n</html>")]
    public async Task A_service_that_does_not_answer_at_first_is_asked_again_and_the_notice_is_seen(
        int status,
        string body
    )
    {
        _tokenAnswer = call => call <= 3 ? (status, body) : (200, Token);
        _answers[Spot] = """{"action":"stop","time":"2026-01-01T00:02:00Z"}""";
        using var interruptions = new InterruptionWatch(_service, _time);

        Task<string> waiting = interruptions.WaitAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => waiting.IsCompleted);

        Assert.Contains("called back: stop", await waiting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>please log in</html>")]
    [InlineData("{}")]
    [InlineData("""{"action":"noop"}""")]
    public async Task An_answer_that_is_no_notice_drains_nothing(string answer)
    {
        _answers[Spot] = answer;
        using var stop = new CancellationTokenSource();
        using var interruptions = new InterruptionWatch(_service, _time);

        Task<string> waiting = interruptions.WaitAsync(stop.Token);
        await UntilAsync(() => Volatile.Read(ref _looks) >= 6);
        Assert.False(waiting.IsCompleted);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Where_nothing_answers_it_is_asked_ever_more_rarely()
    {
        _tokenAnswer = _ => (404, "");
        using var stop = new CancellationTokenSource();
        using var interruptions = new InterruptionWatch(_service, _time);
        DateTimeOffset start = _time.GetUtcNow();

        Task<string> waiting = interruptions.WaitAsync(stop.Token);
        await UntilAsync(() => Volatile.Read(ref _tokenCalls) >= 12);

        Assert.True(_time.GetUtcNow() - start > TimeSpan.FromMinutes(25));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void The_variables_of_the_SDKs_hold()
    {
        Assert.Null(InterruptionWatch.ServiceOf(name => name == "AWS_EC2_METADATA_DISABLED" ? "true" : null));
        Assert.Equal(
            _service,
            InterruptionWatch.ServiceOf(name =>
                name == "AWS_EC2_METADATA_SERVICE_ENDPOINT" ? _service.AbsoluteUri : null
            )
        );
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 5000 && !condition(); i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Settling.SettleAsync();
        }

        Assert.True(condition());
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                Answer(await _listener.GetContextAsync());
            }
        }
        catch (Exception e) when (e is HttpListenerException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private void Answer(HttpListenerContext context)
    {
        bool wantsToken = context.Request is { HttpMethod: "PUT", RawUrl: "/latest/api/token" };
        (int status, string? body) = wantsToken
            ? _tokenAnswer(Interlocked.Increment(ref _tokenCalls))
            : AnswerTo(context.Request);
        context.Response.StatusCode = status;
        context.Response.Close(System.Text.Encoding.UTF8.GetBytes(body ?? ""), willBlock: true);
    }

    private (int Status, string? Body) AnswerTo(HttpListenerRequest request)
    {
        Interlocked.Increment(ref _looks);
        if (request.Headers["X-aws-ec2-metadata-token"] != Token)
        {
            Interlocked.Increment(ref _refused);
        }

        lock (_answers)
        {
            string? body = _answers.GetValueOrDefault(request.RawUrl!);
            return (body is null ? 404 : 200, body);
        }
    }
}
