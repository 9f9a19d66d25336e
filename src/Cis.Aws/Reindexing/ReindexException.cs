namespace Cis.Aws.Reindexing;

/// <summary>An index was not replaced; the message says why, and what to do.</summary>
public sealed class ReindexException(string message) : Exception(message)
{
    /// <summary>Whether it was refused before anything was changed; else the copy is there and the alias not yet switched.</summary>
    public bool IsRefusal { get; init; }
}
