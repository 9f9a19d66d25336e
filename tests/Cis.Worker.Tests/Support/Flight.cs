using Cis.Worker.Handling;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Recovery;

namespace Cis.Worker.Tests.Support;

/// <summary>Messages in flight with nothing around them, and their journal in a folder.</summary>
internal sealed class Flight : IDisposable
{
    private readonly CrashJournal _journal;

    public Flight(string folder, TimeProvider time, TimeSpan visibility, WorkerMetrics? metrics = null)
    {
        _journal = new CrashJournal(folder, new LogList());
        Messages = new MessagesInFlight(
            _journal,
            new ReadAhead(engines: 1),
            metrics ?? new WorkerMetrics(),
            new FlightLimits(
                visibility,
                () => int.MaxValue,
                () => CancellationToken.None,
                CancellationToken.None,
                CancellationToken.None
            ),
            time
        );
    }

    public Flight(string folder)
        : this(folder, TimeProvider.System, TimeSpan.FromMinutes(1)) { }

    public MessagesInFlight Messages { get; }

    public MessageInFlight Enter(string id) => Messages.Enter(Message(id), receivedAt: 0);

    public static QueueMessage Message(string id) =>
        new(id, "receipt", "body", 1, DateTimeOffset.UnixEpoch, new Dictionary<string, string>(StringComparer.Ordinal));

    public void Dispose() => _journal.Dispose();
}
