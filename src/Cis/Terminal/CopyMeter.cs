using System.Globalization;
using Cis.Aws.Reindexing;

namespace Cis.Terminal;

/// <summary>Shows how far OpenSearch has come with copying: on a status line, or else a line for each tenth.</summary>
internal sealed class CopyMeter(ErrorOutput error, TimeProvider time)
{
    private readonly Pace _pace = new(time);
    private long _tenth;

    internal void Show(CopyProgress progress)
    {
        if (error.IsQuiet || progress.Total == 0)
        {
            return;
        }

        string left = _pace.Left(progress.Done, progress.Total) is { } rest ? $"  {ProgressLine.Clock(rest)} left" : "";
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.Done}/{progress.Total} documents copied{left}"
        );
        if (error.ShowsStatus)
        {
            error.ShowStatus(line);
        }
        else if (progress.Done * 10 / progress.Total is var tenth && tenth > _tenth)
        {
            _tenth = tenth;
            error.WriteLine(line);
        }
    }

    /// <summary>Takes the status line away.</summary>
    internal void End() => error.ShowStatus("");
}
