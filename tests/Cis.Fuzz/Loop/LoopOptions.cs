namespace Cis.Fuzz.Loop;

/// <summary>How long a loop runs, and how.</summary>
internal sealed record LoopOptions
{
    /// <summary>It ends after this time.</summary>
    internal TimeSpan Time { get; init; } = TimeSpan.MaxValue;

    /// <summary>It ends after so many runs.</summary>
    internal long Runs { get; init; } = long.MaxValue;

    /// <summary>Of the choices: the same seed, build and corpus make the same inputs.</summary>
    internal int Seed { get; init; } = Environment.TickCount;

    /// <summary>Begins with the stored corpus alone, and adds nothing to the grown one.</summary>
    internal bool StoredOnly { get; init; }

    /// <summary>Learns nothing from coverage: to see what that is worth.</summary>
    internal bool Blind { get; init; }
}
