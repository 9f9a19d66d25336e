using Cis.Reading;
using Cis.Worker.Queueing;

namespace Cis.Worker.Handling;

/// <summary>What the reading of a file means for its message: whether it still waits, and who is suspect after a crash.</summary>
internal sealed class FileProgress(MessageInFlight message, ReadAhead readAhead) : IReadingProgress
{
    /// <inheritdoc/>
    public void Entered() => message.EnterEngine();

    /// <inheritdoc/>
    public void Opened(DocumentFacts facts)
    {
        readAhead.Opened(facts.IsPicture);
        if (facts.IsPicture)
        {
            message.SetAside(facts.PageCount);
        }
    }

    /// <inheritdoc/>
    public void Begun() => message.Begin();

    /// <inheritdoc/>
    public void Left() => message.LeaveEngine();
}
