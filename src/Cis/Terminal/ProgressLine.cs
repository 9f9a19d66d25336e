using System.Globalization;

namespace Cis.Terminal;

/// <summary>How far a run has come.</summary>
/// <param name="Files">How many there are.</param>
/// <param name="FilesOpened">How many of them have been opened, or have failed to.</param>
/// <param name="PagesFound">How many pages those have.</param>
/// <param name="PagesRead">How many of these are done.</param>
/// <param name="Elapsed">Since the start.</param>
internal readonly record struct Progress(int Files, long FilesOpened, long PagesFound, long PagesRead, TimeSpan Elapsed)
{
    /// <summary>All pages, where files not yet opened are taken to be as long as the others.</summary>
    internal long PagesExpected =>
        FilesOpened == 0 ? 0 : PagesFound + (long)((Files - FilesOpened) * ((double)PagesFound / FilesOpened));

    /// <summary>Pages per second so far.</summary>
    internal double Rate => Elapsed > TimeSpan.Zero ? PagesRead / Elapsed.TotalSeconds : 0;

    /// <summary>The time until the end, by <see cref="Pace"/>; null before the first page is done.</summary>
    internal TimeSpan? Left { get; init; }
}

/// <summary>Draws progress as one line: <c>[#####---------] 12/50 pages  3.4 pages/s  0:11 left</c>.</summary>
internal static class ProgressLine
{
    private const int LongestBar = 30;
    private const int ShortestBar = 5;

    /// <summary>The line, at most so many characters long.</summary>
    internal static string Draw(Progress progress, int width)
    {
        string numbers = Numbers(progress);
        // A full last column makes some terminals wrap.
        int bar = Math.Min(LongestBar, width - numbers.Length - 4);
        string line = bar < ShortestBar ? numbers : $"[{Bar(progress, bar)}] {numbers}";
        return line.Length < width ? line : line[..Math.Max(0, width - 1)];
    }

    private static string Numbers(Progress progress)
    {
        string about = progress.FilesOpened < progress.Files ? "~" : "";
        string pages = string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.PagesRead}/{about}{progress.PagesExpected} pages  {progress.Rate:0.0} pages/s"
        );
        return progress.Left is { } left ? $"{pages}  {Clock(left)} left" : pages;
    }

    private static string Bar(Progress progress, int length)
    {
        double share = progress.PagesExpected == 0 ? 0 : (double)progress.PagesRead / progress.PagesExpected;
        int done = (int)Math.Clamp(share * length, 0, length);
        return new string('#', done) + new string('-', length - done);
    }

    /// <summary>A time as minutes and seconds, or with hours.</summary>
    internal static string Clock(TimeSpan time) =>
        time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
}
