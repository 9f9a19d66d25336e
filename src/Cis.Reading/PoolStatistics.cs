using Cis.Pages;

namespace Cis.Reading;

/// <summary>What a pool has done since its start; safe to read from any thread at any time.</summary>
public sealed class PoolStatistics
{
    private readonly Lock _gate = new();
    private readonly StageHistogram[] _stages = CreateHistograms();
    private long _documentsOpened;
    private long _pagesFound;
    private long _pagesRead;
    private long _busyTicks;

    internal PoolStatistics() { }

    /// <summary>How many documents have been opened, or have failed to.</summary>
    public long DocumentsOpened => Interlocked.Read(ref _documentsOpened);

    /// <summary>How many wanted pages those have.</summary>
    public long PagesFound => Interlocked.Read(ref _pagesFound);

    /// <summary>How many pages have been read, or have failed.</summary>
    public long PagesRead => Interlocked.Read(ref _pagesRead);

    /// <summary>How long engines have been at work, all of them together.</summary>
    public TimeSpan BusyTime => new(Interlocked.Read(ref _busyTicks));

    /// <summary>Shows the histogram of every stage, by the number of its <see cref="Stage"/>, while nothing is added.</summary>
    public void ReadStages(Action<IReadOnlyList<StageHistogram>> reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        lock (_gate)
        {
            reader(_stages);
        }
    }

    internal void DocumentOpened(int pagesWanted, StageTimes times)
    {
        Interlocked.Add(ref _pagesFound, pagesWanted);
        Interlocked.Increment(ref _documentsOpened);
        Add(times);
    }

    internal void PageRead(StageTimes times)
    {
        Interlocked.Increment(ref _pagesRead);
        Add(times);
    }

    internal void Worked(TimeSpan time) => Interlocked.Add(ref _busyTicks, time.Ticks);

    private void Add(StageTimes times)
    {
        lock (_gate)
        {
            for (int stage = 0; stage < _stages.Length; stage++)
            {
                if (times[(Stage)stage] is var ticks and > 0)
                {
                    _stages[stage].Add(ticks);
                }
            }
        }
    }

    private static StageHistogram[] CreateHistograms()
    {
        var histograms = new StageHistogram[StageTimes.StageCount];
        for (int stage = 0; stage < histograms.Length; stage++)
        {
            histograms[stage] = new StageHistogram();
        }

        return histograms;
    }
}
