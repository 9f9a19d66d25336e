using System.Text.Json.Nodes;

namespace Cis.Aws.Indexing;

/// <summary>The layout of the index: its fields and its analyzers.</summary>
internal static class IndexLayout
{
    /// <summary>The template for new indices behind the alias.</summary>
    /// <param name="index">The alias; indices are named after it, with a number.</param>
    /// <param name="hasKuromoji">Whether the Japanese analyzer is there; else two-character pieces take its place.</param>
    internal static JsonObject Template(string index, bool hasKuromoji) =>
        new()
        {
            ["index_patterns"] = new JsonArray($"{index}-*"),
            ["template"] = new JsonObject
            {
                ["settings"] = new JsonObject { ["index"] = new JsonObject { ["analysis"] = Analysis(hasKuromoji) } },
                ["mappings"] = new JsonObject { ["dynamic"] = "strict", ["properties"] = Fields() },
            },
        };

    /// <summary>The fields of a document, those of <c>FileRecord</c>.</summary>
    internal static JsonObject Fields() =>
        JsonNode
            .Parse(
                """
                {
                  "file_id": { "type": "keyword" },
                  "s3_bucket": { "type": "keyword" },
                  "s3_key": { "type": "keyword" },
                  "s3_version_id": { "type": "keyword" },
                  "s3_etag": { "type": "keyword" },
                  "file_name": {
                    "type": "text",
                    "analyzer": "cis_text",
                    "fields": { "keyword": { "type": "keyword", "ignore_above": 1024 } }
                  },
                  "file_size": { "type": "long" },
                  "mime_type": { "type": "keyword" },
                  "extracted_text": { "type": "text", "analyzer": "cis_text" },
                  "text_length": { "type": "integer" },
                  "last_modified": { "type": "date", "ignore_malformed": true },
                  "indexed_at": { "type": "date" },
                  "page_count": { "type": "integer" },
                  "pages_failed": { "type": "integer" },
                  "pages_partial": { "type": "integer" },
                  "unread_lines": { "type": "integer" },
                  "text_source": { "type": "keyword" },
                  "language": { "type": "keyword" },
                  "ocr_confidence": { "type": "float" },
                  "worker_version": { "type": "keyword" },
                  "processing_ms": { "type": "long" },
                  "outcome": { "type": "keyword" },
                  "reason": { "type": "text" },
                  "truncated": { "type": "boolean" },
                  "pages": {
                    "type": "nested",
                    "properties": {
                      "number": { "type": "integer" },
                      "text": { "type": "text", "analyzer": "cis_text" }
                    }
                  }
                }
                """
            )!
            .AsObject();

    private static JsonObject Analysis(bool hasKuromoji) =>
        JsonNode
            .Parse(
                hasKuromoji
                    ? """
                    {
                      "tokenizer": { "cis_japanese": { "type": "kuromoji_tokenizer", "mode": "search" } },
                      "analyzer": {
                        "cis_text": {
                          "type": "custom",
                          "tokenizer": "cis_japanese",
                          "filter": [
                            "kuromoji_baseform", "kuromoji_part_of_speech", "cjk_width", "ja_stop", "kuromoji_stemmer", "lowercase"
                          ]
                        }
                      }
                    }
                    """
                    : """
                    {
                      "analyzer": {
                        "cis_text": {
                          "type": "custom",
                          "tokenizer": "standard",
                          "filter": ["cjk_width", "lowercase", "cjk_bigram"]
                        }
                      }
                    }
                    """
            )!
            .AsObject();
}
