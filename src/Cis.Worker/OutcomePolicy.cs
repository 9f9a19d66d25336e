using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Worker;

/// <summary>What happens to a message.</summary>
internal enum Disposition
{
    /// <summary>Done: it is deleted.</summary>
    Settle,

    /// <summary>Retrying is useless: it goes to the dead-letter queue, or is left to the redrive policy.</summary>
    Fail,

    /// <summary>It is tried again after a delay.</summary>
    Retry,

    /// <summary>Nobody is at fault: it is returned to the queue at once.</summary>
    Return,
}

/// <summary>The one table that says what each outcome means for a message, its metrics and its log line.</summary>
public static class OutcomePolicy
{
    // By the number of the outcome. Among the files of a message the one furthest down in the dispositions decides.
    private static readonly (Outcome Outcome, Disposition Disposition, LogLevel Level)[] Table =
    [
        (Outcome.Ok, Disposition.Settle, LogLevel.Information),
        (Outcome.Partial, Disposition.Settle, LogLevel.Warning),
        (Outcome.ObjectMissing, Disposition.Fail, LogLevel.Warning),
        (Outcome.AccessDenied, Disposition.Fail, LogLevel.Error),
        (Outcome.UnsupportedType, Disposition.Fail, LogLevel.Warning),
        (Outcome.Corrupt, Disposition.Fail, LogLevel.Warning),
        (Outcome.Encrypted, Disposition.Fail, LogLevel.Warning),
        (Outcome.TooLarge, Disposition.Fail, LogLevel.Warning),
        (Outcome.TimedOut, Disposition.Fail, LogLevel.Warning),
        (Outcome.Cancelled, Disposition.Return, LogLevel.Information),
        (Outcome.Crashed, Disposition.Fail, LogLevel.Error),
        (Outcome.BadMessage, Disposition.Fail, LogLevel.Warning),
        (Outcome.IndexRefused, Disposition.Fail, LogLevel.Error),
        (Outcome.Transient, Disposition.Retry, LogLevel.Warning),
    ];

    /// <summary>An outcome as it is written in attributes, fields and metrics: <c>unsupported-type</c>.</summary>
    public static string NameOf(Outcome outcome) => JsonNamingPolicy.KebabCaseLower.ConvertName(outcome.ToString());

    /// <summary>The outcome of such a name.</summary>
    /// <returns>Null if there is none of that name.</returns>
    public static Outcome? Parse(string? name)
    {
        foreach (Outcome outcome in Rows)
        {
            if (NameOf(outcome) == name)
            {
                return outcome;
            }
        }

        return null;
    }

    internal static Disposition DispositionOf(Outcome outcome) => Table[(int)outcome].Disposition;

    internal static LogLevel LevelOf(Outcome outcome) => Table[(int)outcome].Level;

    /// <summary>A message is as good as its worst file.</summary>
    internal static FileResult WorstOf(IReadOnlyList<FileResult> results) =>
        results.MaxBy(result => (DispositionOf(result.Outcome), result.Outcome != Outcome.Ok))!;

    /// <summary>The outcomes that retrying cannot change: dead letters have one of these.</summary>
    public static IEnumerable<Outcome> Failing => Rows.Where(outcome => DispositionOf(outcome) == Disposition.Fail);

    /// <summary>The rows, for the test that each outcome has its own.</summary>
    internal static IEnumerable<Outcome> Rows => Table.Select(row => row.Outcome);
}

/// <summary>The outcome of a file, or of a whole message.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Reason">Why, for a person; null if all is well.</param>
internal sealed record FileResult(Outcome Outcome, string? Reason = null)
{
    /// <summary>What else may be at fault; null if only the file can be, or after a success.</summary>
    internal Suspicion? Suspicion { get; init; }

    /// <summary>Whether its message is returned to the queue for as long as others are looked for that fare better.</summary>
    internal bool IsForMuchLater { get; init; }

    /// <summary>The file, by the name that its failure counts under.</summary>
    internal string? File { get; init; }
}
