namespace Cis.Aws.Reindexing;

/// <summary>What a run has to do.</summary>
/// <param name="Source">The index that is copied.</param>
/// <param name="Target">The index that it is copied into.</param>
/// <param name="Documents">How many documents there are to copy.</param>
/// <param name="IsBegun">Whether an earlier run has begun it: documents go into the new index already.</param>
/// <param name="Differences">How the index is otherwise than needed, a line each.</param>
/// <param name="UnknownFields">Fields of the index that the new one has no place for.</param>
internal sealed record ReindexPlan(
    string Source,
    string Target,
    long Documents,
    bool IsBegun,
    IReadOnlyList<string> Differences,
    IReadOnlyList<string> UnknownFields
);
