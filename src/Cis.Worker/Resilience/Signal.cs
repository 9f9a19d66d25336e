namespace Cis.Worker.Resilience;

/// <summary>Wakes waiters when something changes; each waits up to its own timeout. Thread-safe.</summary>
/// <remarks>
/// Who is woken goes on where it waited: its continuation takes no way over another thread, as that of
/// <c>Task.WaitAsync</c> does. The simulation, which has one thread, depends on that.
/// </remarks>
internal sealed class Signal(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly HashSet<TaskCompletionSource> _waiting = [];

    /// <summary>Signals a change.</summary>
    internal void Set()
    {
        TaskCompletionSource[] all;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            all = [.. _waiting];
            _waiting.Clear();
        }

        Array.ForEach(all, one => one.TrySetResult());
    }

    /// <summary>Waits until a condition no longer holds, checking it at each signal, or until the timeout.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    internal async Task WaitWhileAsync(Func<bool> holds, TimeSpan atMost, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        bool isOver = false;
        while (!isOver)
        {
            var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            // Before the look, so that nothing is missed between.
            Enter(woken);
            try
            {
                TimeSpan left = atMost - time.GetElapsedTime(start);
                isOver = !holds() || left <= TimeSpan.Zero;
                if (!isOver)
                {
                    await AwaitAsync(woken, left, cancellationToken);
                }
            }
            finally
            {
                Leave(woken);
            }
        }
    }

    private async Task AwaitAsync(TaskCompletionSource woken, TimeSpan left, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration stop = cancellationToken.UnsafeRegister(
            (_, token) => woken.TrySetCanceled(token),
            state: null
        );
        using ITimer timer = time.CreateTimer(_ => woken.TrySetResult(), null, left, Timeout.InfiniteTimeSpan);
        await woken.Task;
    }

    private void Enter(TaskCompletionSource woken)
    {
        lock (_gate)
        {
            _waiting.Add(woken);
        }
    }

    private void Leave(TaskCompletionSource woken)
    {
        lock (_gate)
        {
            _waiting.Remove(woken);
        }
    }
}
