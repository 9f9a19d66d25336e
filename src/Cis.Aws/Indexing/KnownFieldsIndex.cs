using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Aws.Indexing;

/// <summary>
/// Leaves out of documents the fields that the live index lacks. Its mapping is strict: after an upgrade, and before
/// <c>cis index init</c> has added the new fields, every document with one of them would be refused.
/// </summary>
/// <remarks>
/// The index itself says which, when it refuses the first such document: that needs no right to read mappings, and
/// holds for whatever index the alias points at by then.
/// </remarks>
public sealed partial class KnownFieldsIndex(IDocumentIndex index, ILogger log) : IDocumentIndex
{
    private const string Refusal = "strict_dynamic_mapping_exception";

    /// <summary>The fields that indices of earlier versions lack; only these may be left out.</summary>
    private static readonly string[] s_laterFields = ["pages_partial", "unread_lines"];

    // As the document was written: only what JSON itself forbids is escaped.
    private static readonly JsonWriterOptions s_readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private ImmutableHashSet<string> _lacking = [];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IndexResult>> BulkAsync(
        IReadOnlyList<IndexDocument> documents,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(documents);
        IndexResult[] results = [.. await index.BulkAsync(Fitted(documents), cancellationToken)];
        for (int round = 0; round < s_laterFields.Length && TryLearn(results, out int[] refused); round++)
        {
            IndexDocument[] again = [.. refused.Select(i => documents[i])];
            IReadOnlyList<IndexResult> answers = await index.BulkAsync(Fitted(again), cancellationToken);
            for (int i = 0; i < refused.Length; i++)
            {
                results[refused[i]] = answers[i];
            }
        }

        return results;
    }

    /// <summary>Learns from the refusals which fields the index lacks.</summary>
    private bool TryLearn(IndexResult[] results, out int[] refused)
    {
        refused = [.. Enumerable.Range(0, results.Length).Where(i => LackingField(results[i]) is not null)];
        foreach (string field in refused.Select(i => LackingField(results[i])!).Distinct(StringComparer.Ordinal))
        {
            if (ImmutableInterlocked.Update(ref _lacking, static (set, added) => set.Add(added), field))
            {
                FieldLeftOut(log, field);
            }
        }

        return refused.Length > 0;
    }

    private static string? LackingField(IndexResult result) =>
        result is { Status: IndexStatus.Refused, Reason: { } reason }
        && reason.Contains(Refusal, StringComparison.Ordinal)
            ? Array.Find(s_laterFields, field => reason.Contains($"[{field}]", StringComparison.Ordinal))
            : null;

    private IReadOnlyList<IndexDocument> Fitted(IReadOnlyList<IndexDocument> documents) =>
        _lacking.IsEmpty ? documents : [.. documents.Select(Fitted)];

    private IndexDocument Fitted(IndexDocument document)
    {
        JsonObject source = JsonNode.Parse(document.Source.Span)!.AsObject();
        bool isChanged = false;
        foreach (string field in _lacking)
        {
            isChanged |= source.Remove(field);
        }

        return isChanged ? document with { Source = Written(source) } : document;
    }

    private static ReadOnlyMemory<byte> Written(JsonObject source)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            source.WriteTo(json);
        }

        return buffer.ToArray();
    }

    [LoggerMessage(
        320,
        LogLevel.Warning,
        "The index has no field {Field}: documents go without it until cis index init has added it and the worker is restarted"
    )]
    private static partial void FieldLeftOut(ILogger logger, string field);
}
