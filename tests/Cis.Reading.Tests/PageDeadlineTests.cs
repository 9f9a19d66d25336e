using Microsoft.Extensions.Time.Testing;

namespace Cis.Reading.Tests;

public sealed class PageDeadlineTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _clock = new();
    private readonly PageDeadline _deadline;
    private TimeSpan _cpuWait = TimeSpan.FromSeconds(1000); // of earlier pages

    private long _pixels;

    public PageDeadlineTests() => _deadline = new PageDeadline(s_limit, () => _cpuWait, () => _pixels, _clock);

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public async Task A_page_ends_at_the_limit()
    {
        CancellationToken token = _deadline.Start(CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(token.IsCancellationRequested);
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Canceled(token);
    }

    [Fact]
    public async Task A_page_that_waits_for_a_CPU_has_as_much_longer()
    {
        CancellationToken token = _deadline.Start(CancellationToken.None);

        _clock.Advance(TimeSpan.FromSeconds(30));
        _cpuWait += TimeSpan.FromSeconds(20);
        _clock.Advance(TimeSpan.FromSeconds(49));
        Assert.False(token.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromSeconds(20), _deadline.Extension());
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Canceled(token);
    }

    [Fact]
    public async Task A_page_ends_however_busy_the_machine_is()
    {
        CancellationToken token = _deadline.Start(CancellationToken.None);

        for (int second = 0; second < 299; second++)
        {
            _cpuWait += TimeSpan.FromSeconds(1);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(token.IsCancellationRequested);
        _cpuWait += TimeSpan.FromSeconds(10);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Canceled(token);
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(8_699_840, 60)]
    [InlineData(2 * 8_699_840, 120)]
    [InlineData(12 * 8_699_840, 720)]
    public async Task A_page_has_time_by_its_pixels(long pixels, int seconds)
    {
        CancellationToken token = _deadline.Start(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(2));
        _pixels = pixels; // once it is rendered

        Assert.Equal(TimeSpan.FromSeconds(seconds), _deadline.Allowed());
        _clock.Advance(TimeSpan.FromSeconds(seconds - 3));
        Assert.False(token.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromSeconds(seconds - 60), _deadline.Extension());
        _clock.Advance(TimeSpan.FromSeconds(2));

        await Canceled(token);
    }

    [Fact]
    public void The_next_page_has_its_own_time()
    {
        _deadline.Start(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(50));
        _deadline.Stop();
        _clock.Advance(TimeSpan.FromSeconds(50));

        CancellationToken token = _deadline.Start(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(50));

        Assert.False(token.IsCancellationRequested);
        Assert.Equal(TimeSpan.Zero, _deadline.Extension());
    }

    [Fact]
    public async Task A_page_after_one_that_ended_late_starts_fresh()
    {
        CancellationToken late = _deadline.Start(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(61));
        await Canceled(late);
        _deadline.Stop();

        Assert.False(_deadline.Start(CancellationToken.None).IsCancellationRequested);
    }

    [Fact]
    public void A_page_ends_with_its_job()
    {
        using var job = new CancellationTokenSource();
        CancellationToken token = _deadline.Start(job.Token);

        job.Cancel();

        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public void Without_a_limit_no_page_ends()
    {
        using var endless = new PageDeadline(Timeout.InfiniteTimeSpan, () => _cpuWait, () => _pixels, _clock);
        CancellationToken token = endless.Start(CancellationToken.None);

        _clock.Advance(TimeSpan.FromDays(1));

        Assert.False(token.IsCancellationRequested);
    }

    // It is canceled on another thread.
    private static async Task Canceled(CancellationToken token)
    {
        var canceled = new TaskCompletionSource();
        await using CancellationTokenRegistration _ = token.Register(canceled.SetResult);
        await canceled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
