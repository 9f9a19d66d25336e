using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Recovery;

namespace Cis.Worker.Handling;

/// <summary>
/// The messages in flight: the one place that they enter and leave, and so the one that tells the crash journal, the
/// read-ahead and the metrics. Thread-safe.
/// </summary>
internal sealed class MessagesInFlight(
    CrashJournal journal,
    ReadAhead readAhead,
    WorkerMetrics metrics,
    FlightLimits limits,
    TimeProvider time
)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, MessageInFlight> _messages = [];
    private long _last;
    private long _emptySince = time.GetTimestamp();
    private TaskCompletionSource _empty = Completed();

    /// <summary>How long there has been none; zero while there is one.</summary>
    internal TimeSpan EmptyFor
    {
        get
        {
            lock (_gate)
            {
                return _messages.Count > 0 ? TimeSpan.Zero : time.GetElapsedTime(_emptySince);
            }
        }
    }

    /// <summary>Completes when there is none.</summary>
    internal Task WhenEmpty
    {
        get
        {
            lock (_gate)
            {
                return _empty.Task;
            }
        }
    }

    /// <summary>Adds a message, for which the read-ahead has made room.</summary>
    /// <param name="message">As it was received.</param>
    /// <param name="receivedAt">A timestamp from before it was asked for.</param>
    /// <param name="isSuspect">A process died while it was reading its file.</param>
    /// <returns>To be disposed once it is settled.</returns>
    internal MessageInFlight Enter(QueueMessage message, long receivedAt, bool isSuspect = false)
    {
        metrics.Taken();
        lock (_gate)
        {
            var entered = new MessageInFlight(this, message, new(++_last, receivedAt, isSuspect), limits)
            {
                ItsTurn =
                    (message.GroupId is { } group ? LastOfGroupLocked(group)?.Left : null) ?? Task.FromResult(true),
            };
            if (_messages.Count == 0)
            {
                _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _messages.Add(entered.Number, entered);
            WriteLocked(new JournalLine(entered.Number, JournalState.InFlight, message));
            return entered;
        }
    }

    /// <summary>Those for which a condition holds at this moment.</summary>
    internal MessageInFlight[] Where(Func<MessageInFlight, bool> holds)
    {
        lock (_gate)
        {
            return [.. _messages.Values.Where(holds)];
        }
    }

    internal void SetAside(int pages) => readAhead.SetAside(pages);

    internal void Keep() => readAhead.Keep();

    internal void Begun(int pagesAside)
    {
        readAhead.Begun(pagesAside);
        metrics.Begun();
    }

    internal void ReadersChanged(MessageInFlight message, bool isFirstOrLast)
    {
        if (!isFirstOrLast)
        {
            return;
        }

        lock (_gate)
        {
            // An engine that is late finds its message settled.
            if (_messages.ContainsKey(message.Number))
            {
                WriteLocked(new JournalLine(message.Number, message.JournalState, Message: null));
            }
        }
    }

    internal void Leave(MessageInFlight message)
    {
        lock (_gate)
        {
            _messages.Remove(message.Number);
            WriteLocked(new JournalLine(message.Number, JournalState.Settled, Message: null));
        }

        readAhead.Settled(message.IsKeptForLong);
        metrics.Ended(message.Outcome, time.GetElapsedTime(message.ReceivedAt));
        SayIfEmpty();
    }

    // Last of all: who waits for it may end the process.
    private void SayIfEmpty()
    {
        lock (_gate)
        {
            if (_messages.Count == 0)
            {
                _emptySince = time.GetTimestamp();
                _empty.TrySetResult();
            }
        }
    }

    // Few messages have a group, and few are in flight: a second table would have to be kept in step.
    private MessageInFlight? LastOfGroupLocked(string group)
    {
        MessageInFlight? last = null;
        foreach (MessageInFlight open in _messages.Values)
        {
            if (open.Message.GroupId == group && (last is null || open.Number > last.Number))
            {
                last = open;
            }
        }

        return last;
    }

    private void WriteLocked(JournalLine line)
    {
        journal.Write(line);
        if (journal.IsLong)
        {
            journal.Rewrite(
                _messages.Values.Select(open => new JournalLine(open.Number, open.JournalState, open.Message))
            );
        }
    }

    private static TaskCompletionSource Completed()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
