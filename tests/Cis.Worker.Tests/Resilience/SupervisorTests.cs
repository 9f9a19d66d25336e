using Cis.Worker.Resilience;
using Cis.Worker.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Worker.Tests.Resilience;

public sealed class SupervisorTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogList _log = new();

    [Fact]
    public async Task A_loop_that_throws_is_logged_and_started_again_until_it_returns()
    {
        int starts = 0;
        Task<string> running = new Supervisor(_time, _log).RunAsync(
            "sample",
            _ => ++starts < 4 ? throw new InvalidOperationException($"fault {starts}") : Task.FromResult("done"),
            CancellationToken.None
        );

        await UntilAsync(() => running.IsCompleted);

        Assert.Equal("done", await running);
        Assert.Equal(3, _log.Lines.Count(line => line.Id == 111));
        Assert.Contains("The sample failed", _log.ToString(), StringComparison.Ordinal);
        Assert.Contains("fault 3", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_loop_is_not_started_again()
    {
        using var stop = new CancellationTokenSource();
        Task running = new Supervisor(_time, _log).RunAsync(
            "sample",
            token => Task.Delay(Timeout.InfiniteTimeSpan, _time, token),
            stop.Token
        );
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Empty(_log.Lines);
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        DateTimeOffset end = _time.GetUtcNow() + TimeSpan.FromMinutes(5);
        while (!condition())
        {
            Assert.True(_time.GetUtcNow() < end, "it did not come to hold");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Settling.SettleAsync(TestContext.Current.CancellationToken);
        }
    }
}
