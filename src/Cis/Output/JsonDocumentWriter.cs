using System.Text.Json;

namespace Cis.Output;

/// <summary>A JSON array with one object per document, indented; docs/ocr.schema.json describes the objects.</summary>
internal sealed class JsonDocumentWriter(Stream output) : DocumentWriter(output)
{
    private bool _isFirst = true;

    internal override bool TellsFailures => true;

    internal override void Begin() => Output.Write("[\n"u8);

    internal override void Write(ReadDocument document)
    {
        Output.Write(_isFirst ? ""u8 : ",\n"u8);
        _isFirst = false;
        using var json = new Utf8JsonWriter(Output, DocumentJson.WriterOptions with { Indented = true });
        DocumentJson.Write(json, document);
    }

    internal override void End() => Output.Write("\n]\n"u8);
}

/// <summary>One JSON object a line per document; docs/ocr.schema.json describes it.</summary>
internal sealed class NdjsonDocumentWriter(Stream output) : DocumentWriter(output)
{
    internal override bool TellsFailures => true;

    internal override void Write(ReadDocument document)
    {
        using (var json = new Utf8JsonWriter(Output, DocumentJson.WriterOptions))
        {
            DocumentJson.Write(json, document);
        }

        Output.Write("\n"u8);
    }
}
