namespace Cis.Local.Searching;

/// <summary>A page with the words that were searched for.</summary>
/// <param name="FileId">The document's id.</param>
/// <param name="FileName">The file's name.</param>
/// <param name="Key">The file's path below the folder.</param>
/// <param name="Page">From 1.</param>
/// <param name="Score">Higher is better (BM25); of use only beside those of the same query.</param>
/// <param name="Context">The words with what is around them.</param>
public sealed record SearchHit(
    string FileId,
    string FileName,
    string Key,
    int Page,
    double Score,
    IReadOnlyList<ContextPart> Context
);

/// <summary>A part of a hit's context.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsMatch">Whether it is what was searched for.</param>
public readonly record struct ContextPart(string Text, bool IsMatch);
