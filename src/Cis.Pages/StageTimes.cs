using System.Diagnostics;

namespace Cis.Pages;

/// <summary>The steps from a file's bytes to a page's text, in the order in which they run.</summary>
public enum Stage
{
    /// <summary>Finding the document's type and opening it.</summary>
    Open,

    /// <summary>Drawing or decoding the page into pixels.</summary>
    Render,

    /// <summary>Taking the text that a PDF page carries.</summary>
    TextLayer,

    /// <summary>Finding the lines of text among the pixels.</summary>
    Detect,

    /// <summary>Deciding which way up the page is.</summary>
    Orient,

    /// <summary>Cutting the lines out and reading their characters.</summary>
    Recognize,

    /// <summary>Putting the lines in reading order.</summary>
    Order,
}

/// <summary>
/// Where the time of one page went. A step that runs several times on a page is summed. Each engine owns one and
/// clears it between pages, so that timing a step allocates nothing; not thread-safe.
/// </summary>
public sealed class StageTimes
{
    /// <summary>How many stages there are; they are numbered from 0.</summary>
    public const int StageCount = (int)Stage.Order + 1;

    private readonly long[] _ticks = new long[StageCount];

    /// <summary>The time spent in a stage so far, in ticks of <see cref="Stopwatch"/>; 0 if it did not run.</summary>
    public long this[Stage stage] => _ticks[(int)stage];

    /// <summary>Adds time spent in a stage.</summary>
    /// <param name="stage">The step that took the time.</param>
    /// <param name="elapsedTicks">A difference of two <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void Add(Stage stage, long elapsedTicks) => _ticks[(int)stage] += elapsedTicks;

    /// <summary>Times a step: <c>using (times.Measure(Stage.Detect)) { … }</c>.</summary>
    public StageMeasurement Measure(Stage stage) => new(this, stage);

    /// <summary>Forgets all times, for the next page.</summary>
    public void Clear() => Array.Clear(_ticks);
}

/// <summary>A step being timed; ends when disposed.</summary>
public readonly ref struct StageMeasurement
{
    private readonly StageTimes _times;
    private readonly Stage _stage;
    private readonly long _start;

    internal StageMeasurement(StageTimes times, Stage stage)
    {
        _times = times;
        _stage = stage;
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>Adds the time since the step began.</summary>
    public void Dispose() => _times.Add(_stage, Stopwatch.GetTimestamp() - _start);
}
