using Cis.Pages;

namespace Cis.Reading;

/// <summary>Something for an engine to do: open a job's document, or read one of its pages.</summary>
/// <param name="Job">The document.</param>
/// <param name="Slot">The page's place among the wanted pages, or <see cref="Opening"/>.</param>
internal readonly record struct PageTask(ReadJob Job, int Slot)
{
    internal const int Opening = -1;

    internal bool IsOpening => Slot == Opening;
}

/// <summary>
/// Deals pages to engines. The oldest job comes first, but one that takes long lets pass what comes within a multiple of
/// its own time and is opened or read in a moment. A big document gets every engine; but while other jobs wait no job
/// holds more than half of them.
/// </summary>
/// <remarks>
/// An engine belongs to a job from the first task it takes of it until it takes another's or calls <see cref="Leave"/>:
/// so long it may hold the document open, and so long the job is not complete.
/// </remarks>
internal sealed class PageScheduler(int engines)
{
    private readonly object _gate = new();
    private readonly List<ReadJob> _jobs = []; // by their turns; all that are not complete
    private bool _closed;

    /// <summary>Queues a job.</summary>
    internal void Enqueue(ReadJob job)
    {
        lock (_gate)
        {
            InsertLocked(job);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes the next task if there is one.</summary>
    /// <param name="current">The job that the engine belongs to.</param>
    /// <param name="task">The task; the engine now belongs to its job, and to <paramref name="current"/> until it leaves.</param>
    internal bool TryTake(ReadJob? current, out PageTask task)
    {
        lock (_gate)
        {
            return TryTakeLocked(current, out task);
        }
    }

    /// <summary>Waits for a task.</summary>
    /// <returns>False when the scheduler was closed.</returns>
    internal bool Take(out PageTask task)
    {
        lock (_gate)
        {
            while (!TryTakeLocked(current: null, out task))
            {
                if (_closed)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            return true;
        }
    }

    /// <summary>Tells what the opening found, so that the pages can be dealt.</summary>
    /// <returns>How many pages are wanted.</returns>
    internal int Opened(ReadJob job, DocumentFacts facts, StageTimes times)
    {
        lock (_gate)
        {
            job.AddTimes(times);
            job.Opened(facts);
            if (_jobs.Remove(job))
            {
                InsertLocked(job);
            }

            Monitor.PulseAll(_gate);
            return job.PagesWanted;
        }
    }

    /// <summary>Ends a job that cannot be read at all.</summary>
    internal void Fail(ReadJob job, Outcome outcome, string reason)
    {
        lock (_gate)
        {
            job.Fail(outcome, reason);
        }
    }

    /// <summary>Hands in a page.</summary>
    internal void Finish(PageTask task, PageResult result, StageTimes times)
    {
        lock (_gate)
        {
            task.Job.Finish(task.Slot, result, times);
        }
    }

    /// <summary>Tells that an engine has closed a job's document; the last to leave a finished job completes it.</summary>
    internal void Leave(ReadJob job)
    {
        bool complete;
        lock (_gate)
        {
            job.Engines--;
            complete = RemoveIfFinished(job);
        }

        if (complete)
        {
            job.Complete();
        }
    }

    /// <summary>Deals nothing more of a job; what engines are doing for it ends by its own token.</summary>
    internal void Abandon(ReadJob job)
    {
        bool complete;
        lock (_gate)
        {
            job.Abandon();
            complete = RemoveIfFinished(job);
        }

        if (complete)
        {
            job.Complete();
        }
    }

    /// <summary>Sends the engines home once nothing is left to take.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void InsertLocked(ReadJob job)
    {
        int place = _jobs.Count;
        while (place > 0 && _jobs[place - 1].Turn > job.Turn)
        {
            place--;
        }

        _jobs.Insert(place, job);
    }

    private bool RemoveIfFinished(ReadJob job) => job.IsFinished && _jobs.Remove(job);

    private bool TryTakeLocked(ReadJob? current, out PageTask task)
    {
        if (Choose(current) is not { } job)
        {
            task = default;
            return false;
        }

        if (job != current)
        {
            job.Engines++;
        }

        task = new PageTask(job, job.Claim());
        return true;
    }

    private ReadJob? Choose(ReadJob? current)
    {
        int most = CountUnclaimed() > 1 ? Math.Max(1, engines / 2) : engines;
        ReadJob? first = null;
        foreach (ReadJob job in _jobs)
        {
            if (!job.HasUnclaimed)
            {
                continue;
            }

            first ??= job;
            if (EnginesOtherThanOf(job, current) < most)
            {
                return job;
            }
        }

        // Every job has its half: an engine left over is better used than idle.
        return first;
    }

    private int CountUnclaimed()
    {
        int count = 0;
        foreach (ReadJob job in _jobs)
        {
            count += job.HasUnclaimed ? 1 : 0;
        }

        return count;
    }

    private static int EnginesOtherThanOf(ReadJob job, ReadJob? current) => job.Engines - (job == current ? 1 : 0);
}
