namespace Cis.Local.Queueing;

/// <summary>A signal that many can wait for, each until the next time it is given. Thread-safe.</summary>
internal sealed class WakeUp
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next signal.</summary>
    internal Task Next => Volatile.Read(ref _next).Task;

    internal void Signal() =>
        Interlocked
            .Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .TrySetResult();
}
