using Cis.Local.Files;
using Cis.Local.Folders;
using Cis.Local.Queueing;
using Cis.Worker.Ports;
using Microsoft.Extensions.Time.Testing;

namespace Cis.Local.Tests;

/// <summary>The time of day is set while workers are at work, and while none is.</summary>
public sealed class ClockTests : IDisposable
{
    private const string Boot = "boot 1";

    private static readonly TimeSpan Visibility = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder _directory = new();
    private readonly SteppedClock _clock = new();

    public static TheoryData<double> StepHours => [-24 * 365, -24, -1, -0.1, 0.1, 1, 24, 24 * 365];

    public void Dispose() => _directory.Dispose();

    private LocalDatabase Open() => LocalDatabase.Open(TestFolder.Library, _directory.File("index.db"));

    private LocalQueue Queue(LocalDatabase database, string boot = Boot) =>
        new(database, 10, _clock, new QueueClock(_clock, boot));

    private static void Send(LocalDatabase database, LocalQueue queue, string key) =>
        database.Write(
            Dependency.Queue,
            session =>
            {
                LocalQueue.Add(session, key, key, queue.Clock);
                return true;
            }
        );

    private static async Task<string[]> ReceiveAsync(LocalQueue queue) =>
        [
            .. (await queue.ReceiveAsync(10, TimeSpan.Zero, Visibility, TestFolder.Cancelled)).Select(message =>
                message.Body
            ),
        ];

    [Theory]
    [MemberData(nameof(StepHours))]
    public async Task A_message_stays_hidden_for_as_long_as_was_asked_whatever_the_clock_is_set_to(double hours)
    {
        using LocalDatabase database = Open();
        LocalQueue queue = Queue(database);
        Send(database, queue, "a");
        QueueMessage message = Assert.Single(
            await queue.ReceiveAsync(10, TimeSpan.Zero, Visibility, TestFolder.Cancelled)
        );

        _clock.Step(TimeSpan.FromHours(hours));

        Assert.Empty(await ReceiveAsync(queue));
        VisibilityChange[] renewal = [new(message.Receipt, Visibility)];
        Assert.Equal([EntryResult.Done], await queue.ChangeVisibilityAsync(renewal, TestFolder.Cancelled));
        _clock.Advance(Visibility - TimeSpan.FromSeconds(1));
        Assert.Empty(await ReceiveAsync(queue));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a"], await ReceiveAsync(queue));
    }

    [Theory]
    [MemberData(nameof(StepHours))]
    public async Task A_process_that_starts_after_the_step_hides_by_the_same_time(double hours)
    {
        using LocalDatabase database = Open();
        LocalQueue queue = Queue(database);
        Send(database, queue, "a");
        Send(database, queue, "b");
        QueueMessage[] received = [.. await queue.ReceiveAsync(1, TimeSpan.Zero, Visibility, TestFolder.Cancelled)];

        _clock.Step(TimeSpan.FromHours(hours));
        using LocalDatabase other = Open();
        LocalQueue late = Queue(other);
        Send(other, late, "c");

        Assert.Equal("a", Assert.Single(received).Body);
        Assert.Equal(["b", "c"], await ReceiveAsync(late));
        Assert.Equal(new QueueStatus(0, 3, 0), await queue.CountAsync(TestFolder.Cancelled));
    }

    [Theory]
    [MemberData(nameof(StepHours))]
    public async Task After_a_start_of_the_machine_nothing_stays_hidden_for_long(double hours)
    {
        using LocalDatabase database = Open();
        LocalQueue queue = Queue(database);
        Send(database, queue, "held");
        _ = await ReceiveAsync(queue);
        Send(database, queue, "waiting");

        _clock.Step(TimeSpan.FromHours(hours));
        LocalQueue next = Queue(database, "boot 2");

        Assert.Contains("waiting", await ReceiveAsync(next));
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Contains("held", await ReceiveAsync(next));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Dead_letters_go_back_once_though_the_clock_was_set(double hours)
    {
        using LocalDatabase database = Open();
        LocalQueue queue = Queue(database);
        using var letters = new LocalDeadLetters(Open(), _clock, queue.Clock);
        Send(database, queue, "a");
        QueueMessage message = Assert.Single(
            await queue.ReceiveAsync(10, TimeSpan.Zero, Visibility, TestFolder.Cancelled)
        );
        await queue.DeadLetterAsync(message, Pages.Outcome.Corrupt, "broken", TestFolder.Cancelled);
        await queue.DeleteAsync([message.Receipt], TestFolder.Cancelled);

        _clock.Step(TimeSpan.FromHours(hours));

        Assert.Equal(1, await letters.RedriveAsync(new RedriveRequest(), null, TestFolder.Cancelled));
        Assert.Equal(["a"], await ReceiveAsync(queue));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_file_that_is_being_written_when_the_clock_is_set_is_not_taken_for_done(double hours)
    {
        string path = _directory.File("a.pdf");
        File.WriteAllText(path, "the first piece");
        var completeness = new Completeness(TimeSpan.FromSeconds(2), _clock);
        SeenFile Seen() => new("a.pdf", path, FileStamp.Of(path)!.Value);
        _clock.Step(DateTimeOffset.UtcNow - _clock.GetUtcNow());
        Assert.False(completeness.IsComplete(Seen(), null, waitsForPauses: false));

        _clock.Step(TimeSpan.FromHours(hours));

        Assert.False(completeness.IsComplete(Seen(), null, waitsForPauses: false));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(completeness.IsComplete(Seen(), null, waitsForPauses: false));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(completeness.IsComplete(Seen(), null, waitsForPauses: false));
    }

    /// <summary>Its time of day can be set; what goes by it meanwhile does not notice.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        private readonly FakeTimeProvider _running = new();
        private TimeSpan _off = DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch - TimeSpan.FromDays(365 * 30);

        public override long TimestampFrequency => _running.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _running.GetUtcNow() + _off;

        public override long GetTimestamp() => _running.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _running.CreateTimer(callback, state, dueTime, period);

        internal void Step(TimeSpan by) => _off += by;

        internal void Advance(TimeSpan by) => _running.Advance(by);
    }
}
