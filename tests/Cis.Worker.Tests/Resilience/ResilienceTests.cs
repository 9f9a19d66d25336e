using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Resilience;
using Cis.Worker.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Worker.Tests.Resilience;

public sealed class ResilienceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Waits_double_up_to_the_longest_and_jitter_is_over_all_of_it()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));

        for (int retry = 0; retry < 40; retry++)
        {
            double bound = Math.Min(8, Math.Pow(2, retry));
            double[] delays = [.. Enumerable.Range(0, 200).Select(_ => backoff.DelayOf(retry).TotalSeconds)];
            Assert.InRange(delays.Max(), bound * 0.9, bound);
            Assert.InRange(delays.Min(), 0, bound * 0.1);
        }
    }

    [Fact]
    public void A_wait_of_which_a_part_is_left_to_chance_never_comes_to_nothing()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(15)) { Jitter = 1.0 / 3 };

        for (int retry = 0; retry < 20; retry++)
        {
            double bound = Math.Min(900, 15 * Math.Pow(2, retry));
            double[] delays = [.. Enumerable.Range(0, 200).Select(_ => backoff.DelayOf(retry).TotalSeconds)];
            Assert.InRange(delays.Min(), bound * 2 / 3, bound * 0.7);
            Assert.InRange(delays.Max(), bound * 0.97, bound);
        }
    }

    [Fact]
    public void What_the_other_side_asks_for_is_kept_up_to_the_longest()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));

        Assert.Equal(5, backoff.DelayOf(0, TimeSpan.FromSeconds(5)).TotalSeconds);
        Assert.Equal(8, backoff.DelayOf(0, TimeSpan.FromHours(5)).TotalSeconds);
    }

    [Fact]
    public void A_budget_of_retries_runs_out_and_fills_again_with_success()
    {
        var budget = new RetryBudget();
        int taken = 0;
        while (budget.TryTake())
        {
            taken++;
        }

        for (int i = 0; i < 20; i++)
        {
            budget.Succeeded();
        }

        Assert.Equal(50, taken);
        Assert.True(budget.TryTake());
    }

    [Fact]
    public void An_open_circuit_lets_one_message_through_now_and_then_until_a_success_closes_it()
    {
        using var breaker = new CircuitBreaker(10, _time);
        for (int i = 0; i < 4; i++)
        {
            Assert.False(breaker.Failed());
        }

        Assert.Equal(10, breaker.Admit(10));
        Assert.True(breaker.Failed());
        Assert.Equal(0, breaker.Admit(10));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, breaker.Admit(10));
        Assert.Equal(0, breaker.Admit(10));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, breaker.Admit(10));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, breaker.Admit(10));
        Assert.True(breaker.Succeeded());
        Assert.Equal(10, breaker.Admit(10));
    }

    [Fact]
    public void What_only_a_person_can_mend_opens_the_circuit_at_once_and_another_part_s_success_does_not_close_it()
    {
        using var breaker = new CircuitBreaker(10, _time);

        Assert.True(breaker.Failed(isForAPerson: true, part: "wrong-bucket"));

        Assert.False(breaker.Succeeded("other-bucket"));
        Assert.True(breaker.IsOpen);
        Assert.True(breaker.Succeeded("wrong-bucket"));
    }

    [Fact]
    public void Different_files_that_fail_alike_are_a_pattern_and_one_file_is_none()
    {
        using var breaker = new CircuitBreaker(3, _time);
        var suspicion = new Suspicion(Dependency.Index, "some_exception");

        Assert.False(breaker.Failed("a", suspicion, began: 0));
        Assert.False(breaker.Failed("a", suspicion, began: 0));
        Assert.False(breaker.Failed("a", suspicion, began: 0));
        Assert.False(breaker.Failed("b", suspicion, began: 0));
        Assert.False(breaker.Failed("c", suspicion with { Cause = "another_exception" }, began: 0));
        Assert.True(breaker.Failed("c", suspicion, began: 0));
        Assert.False(breaker.Answered());
        Assert.True(breaker.Succeeded());
        Assert.False(breaker.Failed("d", suspicion, began: 0));
    }

    [Fact]
    public void A_pattern_waits_for_the_calls_that_were_under_way_with_it_and_for_no_later_ones()
    {
        using var breaker = new CircuitBreaker(2, _time);
        var suspicion = new Suspicion(Dependency.Store, "AccessDenied", "bucket");
        long early = breaker.Begin("bucket");
        long elsewhere = breaker.Begin("another");
        breaker.Failed("a", suspicion, breaker.Now);

        Assert.False(breaker.Failed("b", suspicion, breaker.Now));
        Assert.True(breaker.IsPending);
        long late = breaker.Begin("bucket");
        Assert.True(breaker.End(early));

        Assert.False(breaker.End(late));
        Assert.False(breaker.End(elsewhere));
    }

    [Fact]
    public void A_success_clears_what_had_begun_to_fail_before_it_and_nothing_later()
    {
        using var breaker = new CircuitBreaker(2, _time);
        var suspicion = new Suspicion(Dependency.Store, "AccessDenied", "bucket");
        long before = breaker.Begin("bucket");
        breaker.Failed("a", suspicion, breaker.Now);
        breaker.Failed("b", suspicion, breaker.Now);

        // The right was taken away while it was under way.
        Assert.False(breaker.Succeeded("bucket", before));
        Assert.True(breaker.End(before));
        Assert.False(breaker.Succeeded("bucket", before));
        Assert.True(breaker.IsOpen);

        Assert.True(breaker.Succeeded("bucket", breaker.Begin("bucket")));
        Assert.False(breaker.Suspects("a", suspicion));
    }

    [Fact]
    public void A_file_that_fails_again_after_others_were_well_counts_for_itself_only()
    {
        using var breaker = new CircuitBreaker(2, _time);
        var suspicion = new Suspicion(Dependency.Store, "AccessDenied", "bucket");
        breaker.Failed("a", suspicion, began: 0);
        breaker.Succeeded("bucket");

        Assert.False(breaker.Failed("a", suspicion, began: 0));
        Assert.False(breaker.Failed("b", suspicion, began: 0));
        Assert.True(breaker.Failed("c", suspicion, began: 0));
    }

    [Fact]
    public async Task What_is_in_flight_has_its_turn_before_others_and_all_go_on_at_the_first_success()
    {
        using var breaker = new CircuitBreaker(3, _time);
        breaker.Failed(isForAPerson: true);
        Task[] waiting =
        [
            .. Enumerable.Range(0, 4).Select(_ => breaker.Turns.WaitAsync(TestContext.Current.CancellationToken)),
        ];

        _time.Advance(TimeSpan.FromSeconds(2));
        await waiting[0];
        Assert.Equal(0, breaker.Admit(10));
        _time.Advance(TimeSpan.FromSeconds(4));
        await waiting[1];
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(1, breaker.Admit(10));
        Assert.False(waiting[2].IsCompleted);

        breaker.Succeeded();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public void Failures_with_successes_between_them_are_no_outage()
    {
        using var breaker = new CircuitBreaker(10, _time);
        for (int i = 0; i < 20; i++)
        {
            Assert.False(breaker.Failed());
            breaker.Succeeded();
        }
    }

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 1)]
    public async Task A_call_is_tried_again_while_that_is_worth_it(bool isWorthRetrying, int calls)
    {
        var limits = new RetryLimits(new Backoff(TimeSpan.Zero, TimeSpan.Zero), MaxRetries: 3, TimeSpan.FromMinutes(1));
        var log = new LogList();
        using var guard = new DependencyGuard(Dependency.Store, limits, 10, _time, new WorkerMetrics(), log);
        int made = 0;

        await Assert.ThrowsAsync<TransientException>(() =>
            guard.CallAsync<int>(
                "bucket",
                _ =>
                {
                    made++;
                    throw new TransientException(Dependency.Store, "down") { IsWorthRetrying = isWorthRetrying };
                },
                TestContext.Current.CancellationToken
            )
        );

        Assert.Equal(calls, made);
    }

    [Fact]
    public async Task Slow_documents_are_read_ahead_less_than_quick_ones()
    {
        var slow = new ReadAhead(engines: 3);
        slow.Learn(TimeSpan.FromSeconds(60));
        var quick = new ReadAhead(engines: 3);
        quick.Learn(TimeSpan.FromMilliseconds(10));

        Assert.Equal((6, 128), (slow.Limit, quick.Limit));
        Assert.Equal(6, await slow.TakeAsync(10, TestContext.Current.CancellationToken));
        Task<int> next = slow.TakeAsync(10, TestContext.Current.CancellationToken);
        slow.Begun(pagesAside: 0);
        slow.Begun(pagesAside: 0);
        Assert.False(next.IsCompleted);
        slow.Begun(pagesAside: 0);
        Assert.Equal(3, await next);
    }

    [Fact]
    public async Task Pictures_set_aside_keep_nobody_out_while_quick_documents_come_too()
    {
        var mixed = new ReadAhead(engines: 1);
        mixed.Learn(TimeSpan.FromSeconds(0.5)); // six may wait
        await TakeAsync(mixed, 6);
        for (int i = 0; i < 6; i++)
        {
            mixed.SetAside(pages: 3);
        }

        Task<int> more = mixed.TakeAsync(10, TestContext.Current.CancellationToken);
        Assert.False(more.IsCompleted);
        for (int i = 0; i < 5; i++)
        {
            mixed.Opened(isPicture: false);
        }

        mixed.Return(0);
        Assert.Equal(10, await more);
    }

    [Fact]
    public async Task Pictures_are_set_aside_for_half_a_minutes_work_at_most()
    {
        var mixed = new ReadAhead(engines: 1);
        mixed.Learn(TimeSpan.FromSeconds(0.5));
        for (int i = 0; i < 5; i++)
        {
            mixed.Opened(isPicture: false);
        }

        await TakeAsync(mixed, 6);
        mixed.SetAside(pages: 24);
        Task<int> more = mixed.TakeAsync(1, TestContext.Current.CancellationToken);
        Assert.False(more.IsCompleted);

        mixed.Begun(pagesAside: 24);
        Assert.Equal(1, await more);
    }

    [Fact]
    public async Task What_is_held_while_nothing_can_be_settled_is_no_more_than_is_read_in_seconds()
    {
        Assert.Equal(32, await HeldAsync(TimeSpan.FromSeconds(2)));
        Assert.Equal(100, await HeldAsync(TimeSpan.FromSeconds(0.2)));
        Assert.Equal(ReadAhead.MaxInFlight, await HeldAsync(TimeSpan.FromMilliseconds(1)));
    }

    // Two engines whose documents take so long each, and an index that takes none of them.
    private static async Task<int> HeldAsync(TimeSpan each)
    {
        var readAhead = new ReadAhead(engines: 2);
        readAhead.Learn(each);
        int held = 0;
        while (true)
        {
            Task<int> taking = readAhead.TakeAsync(batch: 1, TestContext.Current.CancellationToken);
            if (!taking.IsCompleted)
            {
                return held;
            }

            held += await taking;
            readAhead.Begun(pagesAside: 0);
        }
    }

    private static async Task TakeAsync(ReadAhead readAhead, int count) =>
        Assert.Equal(count, await readAhead.TakeAsync(count, TestContext.Current.CancellationToken));

    [Fact]
    public void Every_outcome_has_its_row_and_the_worst_of_a_message_decides()
    {
        Assert.Equal(Enum.GetValues<Outcome>(), OutcomePolicy.Rows);
        Assert.Equal(Outcome.Transient, Worst(Outcome.Ok, Outcome.Transient, Outcome.Corrupt));
        Assert.Equal(Outcome.Cancelled, Worst(Outcome.Transient, Outcome.Cancelled));
        Assert.Equal(Outcome.Corrupt, Worst(Outcome.Ok, Outcome.Corrupt, Outcome.Partial));
        Assert.Equal(Outcome.Partial, Worst(Outcome.Ok, Outcome.Partial));
        Assert.Equal("unsupported-type", OutcomePolicy.NameOf(Outcome.UnsupportedType));
    }

    private static Outcome Worst(params Outcome[] outcomes) =>
        OutcomePolicy.WorstOf([.. outcomes.Select(outcome => new FileResult(outcome))]).Outcome;
}
