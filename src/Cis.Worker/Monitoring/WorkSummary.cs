using Microsoft.Extensions.Logging;

namespace Cis.Worker.Monitoring;

/// <summary>
/// The summary of the old worker's log: how many files in which time, and where the time went. Every so many files, but not
/// more than once a minute, and at the end.
/// </summary>
internal sealed class WorkSummary(WorkerState state, int everyFiles, TimeProvider time, ILogger logger)
{
    // A worker of small files has done a hundred of them in less than a second.
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMinutes(1);

    private readonly long _startedAt = time.GetTimestamp();
    private long _saidAt = time.GetTimestamp();
    private long _saidFiles;

    /// <summary>Logs it if it is due.</summary>
    internal void LogIfDue()
    {
        bool isDue = everyFiles > 0 && state.Metrics.FilesEnded - _saidFiles >= everyFiles;
        if (isDue && time.GetElapsedTime(_saidAt) >= AtMostEvery)
        {
            Log();
        }
    }

    /// <summary>Logs it, if there is anything new to summarize.</summary>
    internal void Log()
    {
        long files = state.Metrics.FilesEnded;
        if (everyFiles == 0 || files == _saidFiles)
        {
            return;
        }

        (_saidAt, _saidFiles) = (time.GetTimestamp(), files);
        TimeSpan elapsed = time.GetElapsedTime(_startedAt);
        LogMessages.Summary(
            logger,
            files,
            Math.Round(elapsed.TotalSeconds),
            Math.Round(files / elapsed.TotalHours),
            state.Reading.PagesRead,
            ProcessMemory.Read().Resident >> 20
        );
        foreach ((string name, DurationHistogram times) in state.Steps)
        {
            LogStep(name, times);
        }
    }

    private void LogStep(string name, DurationHistogram times)
    {
        if (times.Count is var count and > 0)
        {
            LogMessages.SummaryOfStep(
                logger,
                name,
                count,
                Milliseconds(times.Sum / count),
                Milliseconds(times.Percentile(0.5)),
                Milliseconds(times.Percentile(0.95)),
                Milliseconds(times.Max)
            );
        }
    }

    private static double Milliseconds(TimeSpan duration) => Math.Round(duration.TotalMilliseconds, 1);
}
