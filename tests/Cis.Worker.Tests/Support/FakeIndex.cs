using System.Collections.Concurrent;
using Cis.Worker.Ports;

namespace Cis.Worker.Tests.Support;

/// <summary>An index in memory that keeps the newer of two versions.</summary>
internal sealed class FakeIndex : IDocumentIndex
{
    public ConcurrentDictionary<string, IndexDocument> Documents { get; } = new(StringComparer.Ordinal);

    /// <summary>The size of each batch that was answered.</summary>
    public ConcurrentQueue<int> Batches { get; } = new();

    /// <summary>How often each id was written.</summary>
    public ConcurrentDictionary<string, int> Writes { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs before a batch; may throw.</summary>
    public Action OnBulk { get; set; } = () => { };

    /// <summary>Decides a document's result in place of the index.</summary>
    public Func<IndexDocument, IndexResult?> Intercept { get; set; } = _ => null;

    public Task<IReadOnlyList<IndexResult>> BulkAsync(
        IReadOnlyList<IndexDocument> documents,
        CancellationToken cancellationToken
    )
    {
        OnBulk();
        Assert.Equal(documents.Count, documents.DistinctBy(document => document.Id).Count());
        Batches.Enqueue(documents.Count);
        return Task.FromResult<IReadOnlyList<IndexResult>>([.. documents.Select(Write)]);
    }

    private IndexResult Write(IndexDocument document)
    {
        if (Intercept(document) is { } result)
        {
            return result;
        }

        Writes.AddOrUpdate(document.Id, 1, (_, count) => count + 1);
        IndexDocument kept = Documents.AddOrUpdate(
            document.Id,
            document,
            (_, known) => known.Version > document.Version ? known : document
        );
        return kept == document ? IndexResult.Indexed : new IndexResult(IndexStatus.Superseded, "a newer one is there");
    }
}
