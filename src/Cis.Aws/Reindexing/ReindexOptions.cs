namespace Cis.Aws.Reindexing;

/// <summary>How an index is replaced.</summary>
public sealed record ReindexOptions
{
    /// <summary>Only say what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Also where the index is as needed.</summary>
    public bool Force { get; init; }

    /// <summary>Copy documents without the fields that the new index has no place for.</summary>
    public bool DropsFields { get; init; }

    /// <summary>Copy this index into the one behind the alias, which stays where it is; null to replace that one.</summary>
    public string? From { get; init; }
}

/// <summary>How far the copying has come.</summary>
/// <param name="Done">Documents that are dealt with.</param>
/// <param name="Total">All there are; 0 while that is not known.</param>
public readonly record struct CopyProgress(long Done, long Total);
