namespace Cis.Worker.Resilience;

/// <summary>What <see cref="FaultJudge"/> needs to know about a message in flight.</summary>
internal interface IJudgedMessage
{
    /// <summary>Whether it may be returned to the queue for a failure that is not its own fault.</summary>
    bool MayGoBack { get; }

    /// <summary>Whether it is lost if it is returned to the queue, for whatever reason.</summary>
    bool MustStay { get; }

    /// <summary>Cancelled when work on the message must stop.</summary>
    CancellationToken Stopped { get; }

    /// <summary>Marks the message as no longer waiting for an engine, so that it is not returned to the queue with those that are.</summary>
    void Begin();

    /// <summary>Marks the message as one that waits for long, and takes no room from those that could be read meanwhile.</summary>
    void Keep();
}
