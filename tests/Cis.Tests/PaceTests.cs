using Cis.Terminal;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Tests;

public sealed class PaceTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Pace _pace;

    public PaceTests() => _pace = new Pace(_time);

    [Fact]
    public void Before_the_first_page_nothing_is_told() => Assert.Null(LeftAfter(60, done: 0));

    [Fact]
    public void Between_two_pages_the_time_left_only_falls()
    {
        TimeSpan last = LeftAfter(10, done: 1)!.Value;

        // The second page takes six times as long as the first.
        for (int i = 0; i < 300; i++)
        {
            TimeSpan left = LeftAfter(0.2, done: 1)!.Value;
            Assert.InRange(left, TimeSpan.FromSeconds(80), last);
            last = left;
        }

        // It is at most a page's time less: the page is not done.
        Assert.Equal(TimeSpan.FromSeconds(80), last);
    }

    [Fact]
    public void A_page_that_took_longer_is_a_reason_to_rise()
    {
        LeftAfter(10, done: 1);

        Assert.Equal(TimeSpan.FromSeconds(8 * 35), LeftAfter(60, done: 2));
    }

    [Fact]
    public void One_slow_page_among_many_counts_for_a_twentieth()
    {
        for (int page = 1; page <= 100; page++)
        {
            LeftAfter(1, page, all: 201);
        }

        TimeSpan left = LeftAfter(21, done: 101, all: 201)!.Value;

        Assert.Equal(200, left.TotalSeconds, tolerance: 1);
    }

    [Fact]
    public void Pages_that_come_several_at_once_are_told_by_their_mean()
    {
        LeftAfter(8, done: 4, all: 100);
        LeftAfter(8, done: 8, all: 100);

        Assert.Equal(TimeSpan.FromSeconds(2 * 88), LeftAfter(8, done: 12, all: 100));
    }

    [Fact]
    public void The_last_page_leaves_a_second_until_it_is_done()
    {
        LeftAfter(10, done: 9);

        Assert.Equal(TimeSpan.FromSeconds(1), LeftAfter(600, done: 9));
        Assert.Equal(TimeSpan.Zero, LeftAfter(0, done: 10));
    }

    private TimeSpan? LeftAfter(double seconds, long done, long all = 10)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        return _pace.Left(done, all);
    }
}
