using Cis.Pages;

namespace Cis.Reading.Tests;

public sealed class EnginePoolTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_that_finish_out_of_order_come_back_in_order()
    {
        using var othersDone = new CountdownEvent(2);
        var document = new FakeDocument("a.pdf", 3)
        {
            OnRead = (page, _) =>
            {
                if (page == 1)
                {
                    othersDone.Wait(TestEnd);
                }
                else
                {
                    othersDone.Signal();
                }
            },
        };
        using EnginePool pool = Pool(3, document);

        DocumentText text = await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal(Outcome.Ok, text.Outcome);
        Assert.Equal([1, 2, 3], text.Pages.Select(page => page.Number));
        Assert.Equal("page 1\n\npage 2\n\npage 3", text.Text);
        Assert.Equal("application/pdf", text.MimeType);
    }

    [Fact]
    public async Task One_document_is_read_by_every_engine_at_once()
    {
        using var together = new Barrier(3);
        var document = new FakeDocument("a.pdf", 3) { OnRead = (_, _) => together.SignalAndWait(TestEnd) };
        using EnginePool pool = Pool(3, document);

        DocumentText text = await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal(Outcome.Ok, text.Outcome);
    }

    [Fact]
    public async Task The_bytes_are_let_go_only_when_every_engine_has_closed_the_document()
    {
        using var together = new Barrier(3);
        var document = new FakeDocument("a.pdf", 3) { OnRead = (_, _) => together.SignalAndWait(TestEnd) };
        using EnginePool pool = Pool(3, document);

        await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal(0, document.EnginesWhenReleased);
    }

    [Fact]
    public async Task A_page_that_cannot_be_read_leaves_the_others_read_and_says_why()
    {
        var document = new FakeDocument("a.pdf", 3)
        {
            OnRead = (page, _) =>
            {
                if (page == 2)
                {
                    throw new ReadException(Outcome.Corrupt, "its content stream is cut off");
                }
            },
        };
        using EnginePool pool = Pool(1, document);

        DocumentText text = await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal(Outcome.Partial, text.Outcome);
        Assert.Equal("page 2: its content stream is cut off", text.Reason);
        Assert.Equal([Outcome.Ok, Outcome.Corrupt, Outcome.Ok], text.Pages.Select(page => page.Outcome));
        Assert.Equal("page 1\n\npage 3", text.Text);
    }

    [Fact]
    public async Task A_document_of_which_every_page_fails_has_the_outcome_of_its_pages()
    {
        var document = new FakeDocument("a.pdf", 5)
        {
            OnRead = (_, _) => throw new ReadException(Outcome.Corrupt, "no page tree"),
        };
        using EnginePool pool = Pool(1, document);

        DocumentText text = await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal(Outcome.Corrupt, text.Outcome);
        Assert.Equal("page 1: no page tree; page 2: no page tree; page 3: no page tree; and 2 more pages", text.Reason);
    }

    [Fact]
    public async Task A_document_that_cannot_be_opened_fails_alone()
    {
        var bad = new FakeDocument("bad.pdf", 1)
        {
            OnOpen = () => throw new ReadException(Outcome.Encrypted, "a password is needed"),
        };
        var good = new FakeDocument("good.pdf", 1);
        using EnginePool pool = Pool(1, bad, good);

        Task<DocumentText> first = pool.ReadAsync(bad.Request(), TestEnd);
        Task<DocumentText> second = pool.ReadAsync(good.Request(), TestEnd);

        Assert.Equal(Outcome.Encrypted, (await first).Outcome);
        Assert.Equal("a password is needed", (await first).Reason);
        Assert.Empty((await first).Pages);
        Assert.Equal(Outcome.Ok, (await second).Outcome);
    }

    [Fact]
    public async Task An_engine_that_breaks_is_replaced_and_the_next_page_is_read()
    {
        var document = new FakeDocument("a.pdf", 3)
        {
            OnRead = (page, _) =>
            {
                if (page == 2)
                {
                    throw new InvalidOperationException("the library lost its mind\nat length");
                }
            },
        };
        var engines = new FakeEngines(document);
        using var pool = new EnginePool(new EnginePoolOptions(1, Long, Long), engines.Create);

        DocumentText text = await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal([Outcome.Ok, Outcome.Crashed, Outcome.Ok], text.Pages.Select(page => page.Outcome));
        Assert.Contains("InvalidOperationException: the library lost its mind)", text.Reason, StringComparison.Ordinal);
        Assert.Equal(2, engines.Made);
        Assert.Equal(0, document.EnginesWhenReleased);
    }

    [Fact]
    public async Task An_engine_that_cannot_be_made_fails_the_document_and_not_the_pool()
    {
        var document = new FakeDocument("a.pdf", 1);
        var engines = new FakeEngines(document);
        int attempts = 0;
        using var pool = new EnginePool(
            new EnginePoolOptions(1, Long, Long),
            () => Interlocked.Increment(ref attempts) == 1 ? throw new DllNotFoundException("gone") : engines.Create()
        );

        DocumentText first = await pool.ReadAsync(document.Request(), TestEnd);
        DocumentText second = await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal(Outcome.Crashed, first.Outcome);
        Assert.Equal(Outcome.Ok, second.Outcome);
    }

    [Fact]
    public async Task A_page_over_its_time_is_given_up_and_the_next_one_read()
    {
        var document = new FakeDocument("a.pdf", 2)
        {
            OnRead = (page, token) =>
            {
                if (page == 1)
                {
                    WaitUntilCancelled(token);
                }
            },
        };
        using EnginePool pool = Pool(1, TimeSpan.FromMilliseconds(20), Long, document);

        DocumentText text = await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal([Outcome.TimedOut, Outcome.Ok], text.Pages.Select(page => page.Outcome));
        Assert.Contains("page-seconds", text.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_over_its_time_keeps_the_pages_read_until_then()
    {
        var document = new FakeDocument("a.pdf", 4)
        {
            OnRead = (page, token) =>
            {
                if (page == 2)
                {
                    WaitUntilCancelled(token);
                }
            },
        };
        using EnginePool pool = Pool(1, Long, TimeSpan.FromMilliseconds(100), document);

        DocumentText text = await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal(Outcome.Partial, text.Outcome);
        Assert.Equal(
            [Outcome.Ok, Outcome.TimedOut, Outcome.TimedOut, Outcome.TimedOut],
            text.Pages.Select(page => page.Outcome)
        );
        Assert.Contains("file-seconds", text.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_document_ends_at_once_and_the_pool_reads_on()
    {
        using var reading = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var slow = new FakeDocument("slow.pdf", 3)
        {
            OnRead = (_, token) =>
            {
                reading.Set();
                WaitUntilCancelled(token);
            },
        };
        var next = new FakeDocument("next.pdf", 1);
        using EnginePool pool = Pool(1, slow, next);
        Task<DocumentText> cancelled = pool.ReadAsync(slow.Request(), cancel.Token);
        reading.Wait(TestEnd);

        await cancel.CancelAsync();

        Assert.Equal(Outcome.Cancelled, (await cancelled).Outcome);
        Assert.Equal(3, (await cancelled).Pages.Count);
        Assert.Equal(Outcome.Ok, (await pool.ReadAsync(next.Request(), TestEnd)).Outcome);
    }

    [Fact]
    public async Task A_document_cancelled_while_it_waits_does_not_wait_for_an_engine()
    {
        using var release = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var busy = new FakeDocument("busy.pdf", 1) { OnRead = (_, _) => release.Wait(TestEnd) };
        var waiting = new FakeDocument("waiting.pdf", 1);
        using EnginePool pool = Pool(1, busy, waiting);
        Task<DocumentText> first = pool.ReadAsync(busy.Request(), TestEnd);
        Task<DocumentText> second = pool.ReadAsync(waiting.Request(), cancel.Token);

        await cancel.CancelAsync();

        Assert.Equal(Outcome.Cancelled, (await second).Outcome);
        Assert.False(waiting.IsFetched);
        release.Set();
        Assert.Equal(Outcome.Ok, (await first).Outcome);
    }

    [Fact]
    public async Task Documents_beyond_the_pools_room_hold_nothing_until_one_is_done()
    {
        using var release = new ManualResetEventSlim();
        FakeDocument[] documents =
        [
            .. Enumerable
                .Range(0, 5)
                .Select(i => new FakeDocument($"{i}.pdf", 1) { OnRead = (_, _) => release.Wait(TestEnd) }),
        ];
        using EnginePool pool = Pool(1, documents);
        int room = pool.Room;

        Task<DocumentText>[] readings = [.. documents.Select(document => pool.ReadAsync(document.Request(), TestEnd))];

        Assert.InRange(room, 1, 2);
        Assert.Equal(0, pool.Room);
        Assert.All(documents[room..], document => Assert.False(document.IsFetched));
        release.Set();
        Assert.All(await Task.WhenAll(readings), text => Assert.Equal(Outcome.Ok, text.Outcome));
    }

    [Fact]
    public async Task Only_the_wanted_pages_are_read()
    {
        var read = new List<int>();
        var document = new FakeDocument("a.pdf", 9) { OnRead = (page, _) => read.Add(page) };
        using EnginePool pool = Pool(1, document);

        DocumentText text = await pool.ReadAsync(document.Request("8-,2"), TestEnd);

        Assert.Equal([2, 8, 9], read);
        Assert.Equal([2, 8, 9], text.Pages.Select(page => page.Number));
        Assert.Equal(9, text.PageCount);
    }

    [Theory]
    [InlineData(1, "it has 1 page, and none of the wanted 5-7")]
    [InlineData(3, "it has 3 pages, and none of the wanted 5-7")]
    public async Task Asking_only_for_pages_that_are_not_there_is_said(int pages, string reason)
    {
        var document = new FakeDocument("a.pdf", pages);
        using EnginePool pool = Pool(1, document);

        DocumentText text = await pool.ReadAsync(document.Request("5-7"), TestEnd);

        Assert.Equal(Outcome.ObjectMissing, text.Outcome);
        Assert.Equal(reason, text.Reason);
    }

    [Fact]
    public async Task Times_are_counted_once_per_page_and_stage()
    {
        var document = new FakeDocument("a.pdf", 4);
        using EnginePool pool = Pool(2, document);

        DocumentText text = await pool.ReadAsync(document.Request(), TestEnd);

        Assert.Equal(4, pool.Statistics.PagesRead);
        Assert.Equal(4, pool.Statistics.PagesFound);
        Assert.Equal(1, pool.Statistics.DocumentsOpened);
        pool.Statistics.ReadStages(stages => Assert.Equal(4, stages[(int)Stage.Recognize].Count));
        Assert.True(text.Timing.Stages[(int)Stage.Recognize] > TimeSpan.Zero);
        Assert.True(text.Timing.Stages[(int)Stage.Open] > TimeSpan.Zero);
    }

    [Fact]
    public async Task A_page_costs_no_memory_but_its_result()
    {
        long at10 = 0;
        long at110 = 0;
        var document = new FakeDocument("a.pdf", 120)
        {
            OnRead = (page, _) =>
            {
                at10 = page == 10 ? GC.GetAllocatedBytesForCurrentThread() : at10;
                at110 = page == 110 ? GC.GetAllocatedBytesForCurrentThread() : at110;
            },
        };
        using EnginePool pool = Pool(1, document);

        await pool.ReadAsync(document.Request(), TestEnd);

        // A PageResult has 4 fields behind its header: 48 bytes at most.
        Assert.InRange((at110 - at10) / 100, 0, 48);
    }

    [Fact]
    public async Task A_thread_that_hangs_does_not_hold_up_the_stop()
    {
        using var release = new ManualResetEventSlim();
        using var hanging = new ManualResetEventSlim();
        var document = new FakeDocument("a.pdf", 1)
        {
            OnRead = (_, _) =>
            {
                hanging.Set();
                release.Wait(TestEnd);
            },
        };
        using EnginePool pool = Pool(1, document);
        _ = pool.ReadAsync(document.Request(), TestEnd);
        hanging.Wait(TestEnd);

        Assert.False(await pool.StopAsync(TimeSpan.FromMilliseconds(1)));

        release.Set();
        Assert.True(await pool.StopAsync(Long));
    }

    [Fact]
    public async Task Whoever_learns_of_a_cancellation_first_may_stop_the_pool_at_once()
    {
        using var reading = new ManualResetEventSlim();
        using var cancel = new CancellationTokenSource();
        var document = new FakeDocument("a.pdf", 1)
        {
            OnRead = (_, token) =>
            {
                reading.Set();
                WaitUntilCancelled(token);
            },
        };
        using EnginePool pool = Pool(1, document);
        Task<bool> stopped = StopWhenCancelledAsync(
            pool,
            pool.ReadAsync(document.Request(), cancel.Token),
            cancel.Token
        );
        reading.Wait(TestEnd);

        // The continuation of WaitAsync runs within Cancel, before the pool's own registrations have had their turn.
        cancel.Cancel();

        Assert.True(await stopped);
    }

    private static async Task<bool> StopWhenCancelledAsync(
        EnginePool pool,
        Task<DocumentText> reading,
        CancellationToken token
    )
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(token));
        return await pool.StopAsync(Long);
    }

    private static EnginePool Pool(int engines, params FakeDocument[] documents) =>
        Pool(engines, Long, Long, documents);

    private static EnginePool Pool(int engines, TimeSpan page, TimeSpan file, params FakeDocument[] documents) =>
        new(new EnginePoolOptions(engines, page, file), new FakeEngines(documents).Create);

    private static void WaitUntilCancelled(CancellationToken token)
    {
        token.WaitHandle.WaitOne();
        token.ThrowIfCancellationRequested();
    }
}
