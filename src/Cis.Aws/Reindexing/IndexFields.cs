using System.Text.Json.Nodes;
using Cis.Aws.Indexing;

namespace Cis.Aws.Reindexing;

/// <summary>The fields of documents, by their paths.</summary>
internal static class IndexFields
{
    /// <summary>Those that an index as needed has a place for.</summary>
    internal static IEnumerable<string> Known() => PathsOf(IndexLayout.Fields(), "");

    /// <summary>Those of an index that one as needed has no place for.</summary>
    internal static IEnumerable<string> Unknown(JsonObject live) =>
        PathsOf(live, "").Except(Known(), StringComparer.Ordinal);

    // What is below "fields" is another view of the same value, and in no document.
    private static IEnumerable<string> PathsOf(JsonObject properties, string prefix) =>
        properties.SelectMany(pair =>
            pair.Value?["properties"] is JsonObject parts ? PathsOf(parts, $"{prefix}{pair.Key}.") : [prefix + pair.Key]
        );
}
