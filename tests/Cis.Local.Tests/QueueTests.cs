using Cis.Local.Queueing;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Local.Tests;

public sealed class QueueTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private IMessageQueue Queue => _folder.Folder.Queue;

    private async Task<QueueMessage> ReceiveOneAsync()
    {
        if (!File.Exists(Path.Combine(_folder.Path, "a.pdf")))
        {
            _folder.Drop("a.pdf");
            await _folder.FeedAsync();
        }

        return Assert.Single(await _folder.ReceiveAsync());
    }

    private async Task<EntryStatus> ChangeVisibilityAsync(QueueMessage message, TimeSpan timeout) =>
        Assert
            .Single(
                await Queue.ChangeVisibilityAsync(
                    [new VisibilityChange(message.Receipt, timeout)],
                    TestFolder.Cancelled
                )
            )
            .Status;

    [Fact]
    public async Task A_received_message_is_hidden_until_its_time_is_over_and_then_counts_one_more()
    {
        QueueMessage first = await ReceiveOneAsync();
        Assert.Empty(await _folder.ReceiveAsync());

        _folder.Clock.Advance(TestFolder.Visibility);
        QueueMessage second = await ReceiveOneAsync();

        Assert.Equal((1, 2), (first.ReceiveCount, second.ReceiveCount));
        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.Receipt, second.Receipt);
    }

    [Fact]
    public async Task A_heartbeat_keeps_a_message_hidden()
    {
        QueueMessage message = await ReceiveOneAsync();
        _folder.Clock.Advance(TestFolder.Visibility / 2);

        Assert.Equal(EntryStatus.Done, await ChangeVisibilityAsync(message, TestFolder.Visibility));

        _folder.Clock.Advance(TestFolder.Visibility * 0.75);
        Assert.Empty(await _folder.ReceiveAsync());
    }

    [Fact]
    public async Task A_message_returned_to_the_queue_is_there_at_once_and_was_not_tried()
    {
        QueueMessage message = await ReceiveOneAsync();

        await ChangeVisibilityAsync(message, TimeSpan.Zero);

        Assert.Equal(1, (await ReceiveOneAsync()).ReceiveCount);
    }

    [Fact]
    public async Task A_receipt_is_gone_once_the_message_is_visible_or_received_again()
    {
        QueueMessage old = await ReceiveOneAsync();
        _folder.Clock.Advance(TestFolder.Visibility);
        Assert.Equal(EntryStatus.Gone, await ChangeVisibilityAsync(old, TestFolder.Visibility));

        QueueMessage current = await ReceiveOneAsync();

        Assert.Equal(EntryStatus.Gone, await ChangeVisibilityAsync(old, TimeSpan.Zero));
        Assert.Equal(
            EntryStatus.Gone,
            Assert.Single(await Queue.DeleteAsync([old.Receipt], TestFolder.Cancelled)).Status
        );
        await _folder.DeleteAsync(current);
        Assert.True(_folder.IsQueueEmpty);
    }

    [Fact]
    public async Task Whoever_waits_gets_a_message_as_soon_as_it_comes()
    {
        Task<IReadOnlyList<QueueMessage>> waiting = Queue.ReceiveAsync(
            1,
            TimeSpan.FromHours(1),
            TestFolder.Visibility,
            TestFolder.Cancelled
        );
        Assert.False(waiting.IsCompleted);

        _folder.Drop("a.pdf");
        await _folder.FeedAsync();

        Assert.Single(await waiting);
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        Task waiting = Queue.ReceiveAsync(1, TimeSpan.FromHours(1), TestFolder.Visibility, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task The_queue_is_empty_once_the_last_hidden_message_is_deleted()
    {
        QueueMessage message = await ReceiveOneAsync();
        Task empty = _folder.Folder.UntilEmptyAsync(TestFolder.Cancelled);
        Assert.False(empty.IsCompleted);

        await _folder.DeleteAsync(message);

        await empty;
    }

    [Fact]
    public async Task Messages_outlive_the_process_with_their_count_and_time()
    {
        await ReceiveOneAsync();
        _folder.Reopen();
        Assert.Empty(await _folder.ReceiveAsync());

        _folder.Clock.Advance(TestFolder.Visibility);

        Assert.Equal(2, (await ReceiveOneAsync()).ReceiveCount);
    }

    [Fact]
    public async Task A_message_that_is_never_finished_ends_among_the_dead_letters()
    {
        for (int i = 0; i < new LocalFolderOptions("").MaxReceives; i++)
        {
            await ReceiveOneAsync();
            _folder.Clock.Advance(TestFolder.Visibility);
        }

        Assert.Empty(await _folder.ReceiveAsync());

        DeadLetterEntry letter = Assert.Single(await _folder.DeadAsync());
        Assert.Equal(
            (Outcome.Transient, new LocalFolderOptions("").MaxReceives),
            (letter.Outcome, letter.ReceiveCount)
        );
        Assert.True(_folder.IsQueueEmpty);
    }

    [Fact]
    public async Task A_dead_letter_has_its_reason_and_can_be_put_back_or_forgotten()
    {
        QueueMessage message = await ReceiveOneAsync();
        await _folder.FailAsync(message, Outcome.Encrypted, "a password is needed");
        using LocalDeadLetters dead = _folder.OpenDeadLetters();

        DeadLetterEntry letter = Assert.Single(await _folder.DeadAsync(Outcome.Encrypted));
        Assert.Equal(("a password is needed", 1, message.Body), (letter.Reason, letter.ReceiveCount, letter.Body));
        Assert.Equal(new QueueStatus(0, 0, 1), await dead.CountAsync(TestFolder.Cancelled));
        Assert.Equal(new QueueStatus(0, 0, 1), await _folder.Folder.Queue.CountAsync(TestFolder.Cancelled));
        Assert.Empty(await _folder.DeadAsync(Outcome.Corrupt));
        Assert.Equal(0, await RedriveAsync(dead, new RedriveRequest { Outcome = Outcome.Corrupt }));

        Assert.Equal(1, await RedriveAsync(dead, new RedriveRequest()));
        QueueMessage again = await ReceiveOneAsync();
        Assert.Equal((message.Body, 1), (again.Body, again.ReceiveCount));

        await _folder.FailAsync(again, Outcome.Corrupt, "cut short");
        Assert.Equal(1, await dead.PurgeAsync(Outcome.Corrupt, TestFolder.Cancelled));
        Assert.Equal(new QueueStatus(0, 0, 0), await dead.CountAsync(TestFolder.Cancelled));
    }

    [Theory]
    [InlineData(null, null, 7)]
    [InlineData(3, null, 3)]
    [InlineData(5, 2, 5)]
    [InlineData(null, 2, 7)]
    public async Task As_many_are_put_back_as_are_wanted(int? limit, int? perSecond, int moved)
    {
        for (int i = 0; i < 7; i++)
        {
            _folder.Drop($"{i}.pdf");
        }

        await _folder.FeedAsync();
        foreach (QueueMessage message in await _folder.ReceiveAsync())
        {
            await _folder.FailAsync(message, Outcome.Corrupt, "cut short");
        }

        using LocalDeadLetters dead = _folder.OpenDeadLetters();
        Task<long> redrive = RedriveAsync(dead, new RedriveRequest { Limit = limit, PerSecond = perSecond });
        while (!redrive.IsCompleted)
        {
            _folder.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(moved, await redrive);
        Assert.Equal(7 - moved, (await _folder.DeadAsync()).Count);
        Assert.Equal(moved, (await _folder.ReceiveAsync()).Count);
    }

    private static Task<long> RedriveAsync(LocalDeadLetters dead, RedriveRequest request) =>
        dead.RedriveAsync(request, progress: null, TestFolder.Cancelled);
}
