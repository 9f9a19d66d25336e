namespace Cis.Worker;

/// <summary>When a batch is full.</summary>
/// <param name="Count">The most items.</param>
/// <param name="Bytes">The most bytes; a larger item goes alone.</param>
/// <param name="Age">The longest that an item waits for others.</param>
/// <param name="Parallel">How many batches may be under way at once.</param>
internal sealed record BatchLimits(int Count, long Bytes, TimeSpan Age, int Parallel);

/// <summary>
/// Gathers single items into batches: each is sent once it is full or its first item has waited long enough. Two items
/// of one key never share a batch. Thread-safe.
/// </summary>
internal sealed class Batcher<TItem, TResult> : IDisposable
{
    private readonly BatchLimits _limits;
    private readonly Func<TItem, (string Key, long Bytes)> _describe;
    private readonly Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> _send;
    private readonly ITimer _timer;
    private readonly SemaphoreSlim _lanes;
    private readonly Lock _gate = new();
    private Batch _open = new();

    /// <summary>An empty batch.</summary>
    /// <param name="limits">When a batch is full.</param>
    /// <param name="describe">An item's key and size.</param>
    /// <param name="send">Sends a batch and says, in order, how each item fared; what it throws, every item's caller gets.</param>
    /// <param name="time">The clock.</param>
    internal Batcher(
        BatchLimits limits,
        Func<TItem, (string Key, long Bytes)> describe,
        Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> send,
        TimeProvider time
    )
    {
        _limits = limits;
        _describe = describe;
        _send = send;
        _lanes = new SemaphoreSlim(limits.Parallel);
        _timer = time.CreateTimer(_ => SendOpen(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sends an item in a batch with others.</summary>
    /// <returns>How it fared.</returns>
    internal Task<TResult> AddAsync(TItem item)
    {
        (string key, long bytes) = _describe(item);
        var result = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_open.Items.Count > 0 && (_open.Bytes + bytes > _limits.Bytes || _open.Keys.Contains(key)))
            {
                SendOpenLocked();
            }

            _open.Add(item, key, bytes, result);
            if (_open.Items.Count >= _limits.Count || _open.Bytes >= _limits.Bytes)
            {
                SendOpenLocked();
            }
            else if (_open.Items.Count == 1)
            {
                _timer.Change(_limits.Age, Timeout.InfiniteTimeSpan);
            }
        }

        return result.Task;
    }

    /// <summary>Stops, once the caller of every item has its result.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _lanes.Dispose();
    }

    private void SendOpen()
    {
        lock (_gate)
        {
            SendOpenLocked();
        }
    }

    private void SendOpenLocked()
    {
        if (_open.Items.Count == 0)
        {
            return;
        }

        Batch batch = _open;
        _open = new Batch();
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        // Started elsewhere: the sending must not run under the lock. A batch is of many: it does not belong to the message, its
        // trace and its lines in the log, that happened to fill it.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => SendAsync(batch));
        }
    }

    private async Task SendAsync(Batch batch)
    {
        IReadOnlyList<TResult> results = [];
        Exception? fault = null;
        await _lanes.WaitAsync();
        try
        {
            results = await _send(batch.Items);
        }
        catch (Exception e)
        {
            fault = e;
        }
        finally
        {
            // Before the callers go on: the last of them ends the worker, and this with it.
            _lanes.Release();
        }

        Answer(batch, results, fault);
    }

    private static void Answer(Batch batch, IReadOnlyList<TResult> results, Exception? fault)
    {
        for (int i = 0; i < batch.Results.Count; i++)
        {
            if (fault is null && i < results.Count)
            {
                batch.Results[i].SetResult(results[i]);
            }
            else
            {
                batch.Results[i].SetException(fault ?? new InvalidOperationException("an item has no result"));
            }
        }
    }

    private sealed class Batch
    {
        internal List<TItem> Items { get; } = [];

        internal List<TaskCompletionSource<TResult>> Results { get; } = [];

        internal HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        internal long Bytes { get; private set; }

        internal void Add(TItem item, string key, long bytes, TaskCompletionSource<TResult> result)
        {
            Items.Add(item);
            Results.Add(result);
            Keys.Add(key);
            Bytes += bytes;
        }
    }
}
