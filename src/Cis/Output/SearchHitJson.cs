using System.Text;
using System.Text.Json;
using Cis.Searching;

namespace Cis.Output;

/// <summary>Hits as a JSON array, the best first.</summary>
internal static class SearchHitJson
{
    internal static void Write(TextWriter output, IReadOnlyList<SearchHit> hits)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, DocumentJson.WriterOptions with { Indented = true }))
        {
            json.WriteStartArray();
            foreach (SearchHit hit in hits)
            {
                Write(json, hit);
            }

            json.WriteEndArray();
        }

        output.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n");
    }

    private static void Write(Utf8JsonWriter json, SearchHit hit)
    {
        json.WriteStartObject();
        json.WriteString("file_id", hit.FileId);
        json.WriteString("file_name", hit.FileName);
        json.WriteString("path", hit.Key);
        if (hit.Page is { } page)
        {
            json.WriteNumber("page", page);
        }
        else
        {
            json.WriteNull("page");
        }

        json.WriteNumber("score", Math.Round(hit.Score, 6));
        json.WriteStartArray("context");
        foreach (ContextPart part in hit.Context)
        {
            json.WriteStartObject();
            json.WriteString("text", part.Text);
            json.WriteBoolean("match", part.IsMatch);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
