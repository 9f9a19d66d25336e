using System.Collections.Concurrent;

namespace Cis.Ocr.Tests.Support;

/// <summary>
/// The thread that makes all sessions of this process and starts the engines' threads, as the program's main thread
/// does: only so do they inherit that subnormals are flushed to zero.
/// </summary>
internal static class MainThread
{
    private static readonly BlockingCollection<Action> s_work = [];

    static MainThread() => new Thread(Work) { IsBackground = true, Name = "main" }.Start();

    /// <summary>Does something on the main thread.</summary>
    public static T Invoke<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>();
        s_work.Add(() => Complete(result, work));
        return result.Task.GetAwaiter().GetResult();
    }

    /// <summary>Does something on a new thread that the main thread starts.</summary>
    public static Task<T> Start<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_work.Add(() => new Thread(() => Complete(result, work)) { IsBackground = true }.Start());
        return result.Task;
    }

    private static void Work()
    {
        foreach (Action work in s_work.GetConsumingEnumerable())
        {
            work();
        }
    }

    private static void Complete<T>(TaskCompletionSource<T> result, Func<T> work)
    {
        try
        {
            result.SetResult(work());
        }
#pragma warning disable CA1031 // Whatever it is belongs to the test that waits for the result.
        catch (Exception e)
#pragma warning restore CA1031
        {
            result.SetException(e);
        }
    }
}
