using System.Diagnostics;
using Cis.Pages;

namespace Cis.Reading.Tests;

public sealed class PageSchedulerTests
{
    [Fact]
    public void A_document_alone_gets_every_engine()
    {
        var scheduler = new PageScheduler(engines: 4);
        using ReadJob big = OpenJob(scheduler, "big.pdf", 50);

        Assert.Equal([big, big, big, big], Deal(scheduler, 4));
    }

    [Fact]
    public void While_another_waits_a_document_gets_at_most_half_of_the_engines()
    {
        var scheduler = new PageScheduler(engines: 4);
        using ReadJob big = OpenJob(scheduler, "big.pdf", 50);
        using ReadJob small = OpenJob(scheduler, "small.pdf", 50);

        Assert.Equal([big, big, small, small], Deal(scheduler, 4));
    }

    [Fact]
    public void An_engine_gives_up_its_page_by_page_claim_when_another_document_comes()
    {
        var scheduler = new PageScheduler(engines: 2);
        using ReadJob big = OpenJob(scheduler, "big.pdf", 50);
        ReadJob[] dealt = Deal(scheduler, 2);
        using ReadJob small = OpenJob(scheduler, "small.pdf", 2);

        Assert.True(scheduler.TryTake(current: dealt[0], out PageTask next));

        Assert.Same(small, next.Job);
    }

    [Fact]
    public void An_engine_stays_with_its_document_while_that_has_its_share()
    {
        var scheduler = new PageScheduler(engines: 2);
        using ReadJob big = OpenJob(scheduler, "big.pdf", 50);
        using ReadJob other = OpenJob(scheduler, "other.pdf", 50);
        ReadJob[] dealt = Deal(scheduler, 2);

        Assert.True(scheduler.TryTake(current: dealt[1], out PageTask next));

        Assert.Same(other, dealt[1]);
        Assert.Same(other, next.Job);
    }

    [Fact]
    public void Engines_left_over_when_every_document_has_its_share_go_to_the_oldest()
    {
        var scheduler = new PageScheduler(engines: 3);
        using ReadJob first = OpenJob(scheduler, "first.pdf", 50);
        using ReadJob second = OpenJob(scheduler, "second.pdf", 50);

        Assert.Equal([first, second, first], Deal(scheduler, 3));
    }

    [Fact]
    public void With_one_engine_the_oldest_document_is_finished_first()
    {
        var scheduler = new PageScheduler(engines: 1);
        using ReadJob first = OpenJob(scheduler, "first.pdf", 2);
        using ReadJob second = OpenJob(scheduler, "second.pdf", 1);

        Assert.True(scheduler.TryTake(current: null, out PageTask a));
        Assert.True(scheduler.TryTake(a.Job, out PageTask b));
        Assert.True(scheduler.TryTake(b.Job, out PageTask c));

        Assert.Equal([(first, 0), (first, 1), (second, 0)], new[] { a, b, c }.Select(task => (task.Job, task.Slot)));
    }

    [Fact]
    public void Pages_of_a_document_are_dealt_once_and_in_order()
    {
        var scheduler = new PageScheduler(engines: 1);
        using ReadJob job = OpenJob(scheduler, "a.pdf", 3);

        Assert.Equal([0, 1, 2], new[] { Take(scheduler), Take(scheduler), Take(scheduler) }.Select(task => task.Slot));
        Assert.False(scheduler.TryTake(current: null, out _));
    }

    [Fact]
    public void A_document_is_opened_by_one_engine_and_its_pages_wait_for_that()
    {
        var scheduler = new PageScheduler(engines: 2);
        using ReadJob job = Job("a.pdf", 2);
        scheduler.Enqueue(job);

        Assert.True(Take(scheduler).IsOpening);

        Assert.False(scheduler.TryTake(current: null, out _));
        scheduler.Opened(job, new DocumentFacts("application/pdf", 2), new StageTimes());
        Assert.Equal(0, Take(scheduler).Slot);
    }

    [Fact]
    public void A_document_is_complete_only_when_its_last_engine_has_left()
    {
        var scheduler = new PageScheduler(engines: 2);
        using ReadJob job = OpenJob(scheduler, "a.pdf", 2);
        foreach (PageTask page in new[] { Take(scheduler), Take(scheduler) })
        {
            scheduler.Finish(page, new PageResult(1, Outcome.Ok, null, FakeEngines.Text("x")), new StageTimes());
        }

        scheduler.Leave(job);
        Assert.False(job.Completion.IsCompleted);

        scheduler.Leave(job);
        Assert.True(job.Completion.IsCompleted);
    }

    [Fact]
    public void Of_an_abandoned_document_nothing_more_is_dealt()
    {
        var scheduler = new PageScheduler(engines: 1);
        using ReadJob job = OpenJob(scheduler, "a.pdf", 3);
        PageTask page = Take(scheduler);

        scheduler.Abandon(job);

        Assert.False(scheduler.TryTake(current: job, out _));
        Assert.False(job.Completion.IsCompleted);
        scheduler.Finish(page, new PageResult(1, Outcome.Ok, Reason: null, FakeEngines.Text("x")), new StageTimes());
        scheduler.Leave(job);
        Assert.True(job.Completion.IsCompleted);
    }

    [Fact]
    public void A_closed_scheduler_deals_what_it_has_and_then_sends_engines_home()
    {
        var scheduler = new PageScheduler(engines: 1);
        using ReadJob job = OpenJob(scheduler, "a.pdf", 1);

        scheduler.Close();

        Assert.True(scheduler.Take(out _));
        Assert.False(scheduler.Take(out _));
    }

    [Fact]
    public void What_is_read_in_a_moment_goes_before_a_picture_that_came_earlier()
    {
        var scheduler = new PageScheduler(engines: 1);
        using ReadJob scan = OpenJob(scheduler, "scan.pdf", 1, isPicture: true);
        using ReadJob text = OpenJob(scheduler, "text.pdf", 1, second: 29);

        Assert.Equal([text, scan], Deal(scheduler, 2));
    }

    [Fact]
    public void A_picture_that_has_waited_long_goes_before_what_comes_later()
    {
        var scheduler = new PageScheduler(engines: 1);
        using ReadJob scan = OpenJob(scheduler, "scan.pdf", 1, isPicture: true);
        using ReadJob text = OpenJob(scheduler, "text.pdf", 1, second: 31);

        Assert.Equal([scan, text], Deal(scheduler, 2));
    }

    [Fact]
    public void A_short_scan_goes_before_a_long_one_but_not_for_ever()
    {
        var scheduler = new PageScheduler(engines: 1);
        using ReadJob book = OpenJob(scheduler, "book.pdf", 1000, isPicture: true);
        using ReadJob letter = OpenJob(scheduler, "letter.pdf", 1, isPicture: true, second: 20);
        using ReadJob late = OpenJob(scheduler, "late.pdf", 1, isPicture: true, second: 35);

        Assert.Equal([letter, book], Deal(scheduler, 2));
    }

    [Fact]
    public void A_document_is_opened_before_a_picture_that_came_earlier_is_read()
    {
        var scheduler = new PageScheduler(engines: 1);
        using ReadJob scan = Job("scan.pdf", 1);
        scheduler.Enqueue(scan);
        Assert.True(Take(scheduler).IsOpening);
        using ReadJob unknown = Job("unknown.pdf", 1, second: 5);
        scheduler.Enqueue(unknown);

        scheduler.Opened(scan, new DocumentFacts("application/pdf", 1, IsPicture: true), new StageTimes());

        Assert.True(scheduler.TryTake(current: scan, out PageTask next));
        Assert.Equal(new PageTask(unknown, PageTask.Opening), next);
    }

    private static ReadJob Job(string name, int pages, int second = 0) =>
        new(
            new FakeDocument(name, pages).Request(),
            Timeout.InfiniteTimeSpan,
            second * Stopwatch.Frequency,
            CancellationToken.None
        );

    private static ReadJob OpenJob(
        PageScheduler scheduler,
        string name,
        int pages,
        bool isPicture = false,
        int second = 0
    )
    {
        ReadJob job = Job(name, pages, second);
        job.Claim();
        job.Opened(new DocumentFacts("application/pdf", pages, isPicture));
        scheduler.Enqueue(job);
        return job;
    }

    private static PageTask Take(PageScheduler scheduler)
    {
        Assert.True(scheduler.TryTake(current: null, out PageTask task));
        return task;
    }

    /// <summary>What so many idle engines get, one after another.</summary>
    private static ReadJob[] Deal(PageScheduler scheduler, int engines) =>
        [.. Enumerable.Range(0, engines).Select(_ => Take(scheduler).Job)];
}
