namespace Cis.Searching;

/// <summary>What was found of one query: a part of the hits, and how many there are.</summary>
/// <param name="Hits">The best first, from the wanted place on.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record SearchHits(IReadOnlyList<SearchHit> Hits, long Total);

/// <summary>A page, or a document whose pages the index does not tell, with the words that were searched for.</summary>
/// <param name="FileId">The document's id.</param>
/// <param name="FileName">The file's name.</param>
/// <param name="Key">The file's path below the folder, or its key in the bucket.</param>
/// <param name="Page">From 1; null where the index holds the document's text in one piece.</param>
/// <param name="Score">Higher is better (BM25); of use only beside those of the same query.</param>
/// <param name="Context">The words with what is around them.</param>
public sealed record SearchHit(
    string FileId,
    string FileName,
    string Key,
    int? Page,
    double Score,
    IReadOnlyList<ContextPart> Context
);
