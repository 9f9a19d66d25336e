using Cis.Worker.Fetching;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Recovery;

/// <summary>Recovers the messages that earlier workers had in flight when they died, and removes the files they left behind.</summary>
internal sealed class MessageRecovery(
    IMessageQueue queue,
    Scratch scratch,
    ReadAhead readAhead,
    TimeSpan visibility,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>Recovers every message that is still hidden.</summary>
    /// <param name="take">Gets each message, a timestamp from before it was hidden again, and whether it is a suspect.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task ResumeAsync(Action<QueueMessage, long, bool> take, CancellationToken cancellationToken)
    {
        try
        {
            foreach (OrphanFolder orphan in scratch.FindOrphans())
            {
                using (orphan)
                {
                    await ResumeAsync(CrashJournal.ReadOrphan(orphan.Folder), take, cancellationToken);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The messages come back by themselves, when their visibility ends.
            LogMessages.RecoveryFailed(logger, scratch.Folder, e.Message);
        }
    }

    private async Task ResumeAsync(
        IReadOnlyList<JournalLine> lines,
        Action<QueueMessage, long, bool> take,
        CancellationToken cancellationToken
    )
    {
        if (lines.Count > 0)
        {
            int suspects = lines.Count(line => line.State == JournalState.Reading);
            LogMessages.Recovering(logger, lines.Count, suspects);
        }

        foreach (JournalLine[] batch in lines.Chunk(IMessageQueue.BatchLimit))
        {
            await ResumeAsync(batch, take, cancellationToken);
        }
    }

    private async Task ResumeAsync(
        JournalLine[] lines,
        Action<QueueMessage, long, bool> take,
        CancellationToken cancellationToken
    )
    {
        long asked = time.GetTimestamp();
        VisibilityChange[] changes = Array.ConvertAll(
            lines,
            line => new VisibilityChange(line.Message!.Receipt, visibility)
        );
        try
        {
            IReadOnlyList<EntryResult> results = await queue.ChangeVisibilityAsync(changes, cancellationToken);
            for (int i = 0; i < lines.Length; i++)
            {
                // What is no longer hidden, the queue gives to somebody anyway.
                if (results[i].Status == EntryStatus.Done)
                {
                    readAhead.Add();
                    take(lines[i].Message!, asked, lines[i].State == JournalState.Reading);
                }
            }
        }
        catch (Exception e)
        {
            LogMessages.HeartbeatFailed(logger, lines.Length, e.Message);
        }
    }
}
