using System.Globalization;

namespace Cis.EndToEnd.Faults;

/// <summary>A scenario as it came out.</summary>
internal sealed record FaultRow(string Scenario, string Servers, int Files, int Indexed)
{
    /// <summary>Messages among the dead letters, by their outcome.</summary>
    internal required IReadOnlyDictionary<string, int> DeadLetters { get; init; }

    /// <summary>Files that came to an end more than once.</summary>
    internal required int ReadAgain { get; init; }

    /// <summary>Workers that were started.</summary>
    internal required int Starts { get; init; }

    /// <summary>What was done to them, counted.</summary>
    internal required string Remark { get; init; }

    /// <summary>From the first message to the empty queue.</summary>
    internal required TimeSpan Time { get; init; }

    /// <summary>As a row of the table.</summary>
    public override string ToString()
    {
        string dead = string.Join(
            ", ",
            DeadLetters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Value} {pair.Key}")
        );
        string seconds = Time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return $"| {Scenario} | {Servers} | {Files} | {Indexed} | {dead} | {ReadAgain} | {Starts} | {Remark} | {seconds} |";
    }
}

/// <summary>The table of faults and counts: <c>artifacts/tests/faults.md</c>, a row a scenario, the newest last.</summary>
internal static class FaultTable
{
    private const string Head = """
        | scenario | servers | files | indexed | dead letters | ended again | starts | what happened | s |
        |---|---|---|---|---|---|---|---|---|

        """;

    private static readonly Lock Gate = new();

    internal static void Add(FaultRow row)
    {
        string path = Path.Combine(Repository.Root, "artifacts", "tests", "faults.md");
        lock (Gate)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!File.Exists(path))
            {
                File.WriteAllText(path, Head);
            }

            File.AppendAllText(path, row + "\n");
        }
    }
}
