using System.Text.Json.Serialization;

namespace Cis.Bench;

/// <summary>What a run of <c>cis bench</c> measured, as <c>--json</c> writes it and <c>--compare</c> reads it.</summary>
/// <param name="Version">Of cis, with its commit.</param>
/// <param name="Machine">What it ran on.</param>
/// <param name="Files">How many files each subject read in a round.</param>
/// <param name="StartMilliseconds">From the start of the process to the end of <c>cis version</c>, a value a try.</param>
/// <param name="Subjects">Who was measured, in turn.</param>
internal sealed record BenchResult(
    string Version,
    BenchMachine Machine,
    int Files,
    IReadOnlyList<double> StartMilliseconds,
    IReadOnlyList<BenchSubject> Subjects
)
{
    /// <summary>A ratio for each subject that an earlier result has too; null without <c>--compare</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<BenchRatio>? Comparison { get; init; }
}

/// <summary>The machine of a run.</summary>
/// <param name="Cpu">The CPU's name.</param>
/// <param name="Kernels">Which of cis's kernels ran.</param>
/// <param name="Cores">CPUs that the process could use.</param>
/// <param name="MemoryBytes">Memory that the process could use.</param>
internal sealed record BenchMachine(string Cpu, string Kernels, int Cores, long MemoryBytes);

/// <summary>One subject: cis with so many engines, or another program.</summary>
/// <param name="Name">Such as <c>1 engine</c>, or the command.</param>
/// <param name="Pages">Pages read in a round; the same for all, as cis counts them.</param>
/// <param name="Rounds">A measurement a round.</param>
/// <param name="Stages">Where the engines' time went, over all rounds; none for other programs.</param>
internal sealed record BenchSubject(
    string Name,
    int Pages,
    IReadOnlyList<BenchRound> Rounds,
    IReadOnlyList<BenchStage> Stages
)
{
    /// <summary>Why the first file that failed did; null where none has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Failure { get; init; }
}

/// <summary>A subject reading all files once.</summary>
/// <param name="WallSeconds">From the first file's start to the last one's end.</param>
/// <param name="CpuSeconds">User and system time of the process, or of the other program's processes.</param>
/// <param name="PeakBytes">Most resident memory meanwhile; 0 for other programs.</param>
/// <param name="Failed">Files that gave no text, or with which the other program ended with a code that is not 0.</param>
internal sealed record BenchRound(double WallSeconds, double CpuSeconds, long PeakBytes, int Failed);

/// <summary>The times of a stage.</summary>
/// <param name="Name">Such as <c>recognize</c>.</param>
/// <param name="Median">Of a page, in milliseconds.</param>
/// <param name="P95">Of a page, in milliseconds.</param>
internal sealed record BenchStage(string Name, double Median, double P95);

/// <summary>A subject compared with itself in an earlier result, by the time of a page; above 1: it is faster now.</summary>
/// <param name="Name">The subject's.</param>
/// <param name="Wall">Old wall time over new.</param>
/// <param name="Cpu">Old CPU time over new.</param>
/// <param name="Rounds">Of the one that has fewer.</param>
/// <param name="IsWallNoise">Whether the difference in wall time is no more than noise.</param>
/// <param name="IsCpuNoise">Whether that in CPU time is.</param>
internal sealed record BenchRatio(string Name, Spread Wall, Spread Cpu, int Rounds, bool IsWallNoise, bool IsCpuNoise);

/// <summary>JSON without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true
)]
[JsonSerializable(typeof(BenchResult))]
internal sealed partial class BenchJson : JsonSerializerContext;
