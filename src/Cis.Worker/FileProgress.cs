using Cis.Reading;
using Cis.Worker.Queueing;
using Cis.Worker.Recovery;

namespace Cis.Worker;

/// <summary>What the reading of a file means for its message: whether it still waits, and who is suspect after a crash.</summary>
internal sealed class FileProgress(MessageStop stop, ReadAhead readAhead, CrashJournal journal, long journalNumber)
    : IReadingProgress
{
    /// <inheritdoc/>
    public void Entered() => journal.Reading(journalNumber);

    /// <inheritdoc/>
    public void Opened(DocumentFacts facts)
    {
        readAhead.Opened(facts.IsPicture);
        if (facts.IsPicture)
        {
            stop.SetAside(facts.PageCount);
        }
    }

    /// <inheritdoc/>
    public void Begun() => stop.Begin();

    /// <inheritdoc/>
    public void Left() => journal.Read(journalNumber);
}
