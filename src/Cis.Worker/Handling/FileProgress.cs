using Cis.Reading;
using Cis.Worker.Queueing;

namespace Cis.Worker.Handling;

/// <summary>Tells a message how far the reading of its file is: whether it still waits, and whether it is a suspect after a crash.</summary>
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
