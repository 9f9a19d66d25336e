using System.Buffers;
using System.Text.Json;
using Cis.Worker.Ports;

namespace Cis.Aws.Indexing;

/// <summary>Writes the lines of <c>_bulk</c>: for each document what to do, and the document.</summary>
internal static class BulkRequest
{
    // Around the names and the version of an action line.
    private const int ActionBytes = 128;

    internal static ReadOnlyMemory<byte> Write(ReadOnlySpan<IndexDocument> documents)
    {
        int bytes = 0;
        foreach (IndexDocument document in documents)
        {
            bytes += document.Source.Length + (6 * document.Id.Length) + ActionBytes;
        }

        var lines = new ArrayBufferWriter<byte>(bytes);
        foreach (IndexDocument document in documents)
        {
            WriteAction(lines, document);
            lines.Write("\n"u8);
            lines.Write(document.Source.Span);
            lines.Write("\n"u8);
        }

        return lines.WrittenMemory;
    }

    private static void WriteAction(ArrayBufferWriter<byte> lines, IndexDocument document)
    {
        using var json = new Utf8JsonWriter(lines);
        json.WriteStartObject();
        json.WriteStartObject("index");
        json.WriteString("_id", document.Id);
        json.WriteNumber("version", document.Version);
        json.WriteString("version_type", "external_gte");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
