namespace Cis.Worker.Resilience;

/// <summary>What <see cref="FaultJudge"/> has to know of a message in flight.</summary>
internal interface IJudgedMessage
{
    /// <summary>Whether it may go back into the queue for what is no fault of its own.</summary>
    bool MayGoBack { get; }

    /// <summary>Cancelled when the work for it is to stop.</summary>
    CancellationToken Stopped { get; }

    /// <summary>It waits for no engine any more, and so does not go back with those that do.</summary>
    void Begin();
}
