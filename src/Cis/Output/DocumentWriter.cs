using System.Diagnostics;
using Cis.Reading;

namespace Cis.Output;

/// <summary>A document that went through the pool, with the path the user knows it by.</summary>
internal sealed record ReadDocument(string Path, DocumentText Text);

/// <summary>Writes documents to a stream in one format: a beginning, each document, an end.</summary>
internal abstract class DocumentWriter(Stream output)
{
    /// <summary>Where the bytes go; not closed here.</summary>
    protected Stream Output { get; } = output;

    /// <summary>Whether a document of which nothing was read has something to say in this format.</summary>
    internal virtual bool TellsFailures => false;

    /// <summary>A writer of the format, unless that is <see cref="OutputFormat.Pdf"/>: <see cref="PdfTarget"/>.</summary>
    internal static DocumentWriter Create(OutputFormat format, Stream output) =>
        format switch
        {
            OutputFormat.Json => new JsonDocumentWriter(output),
            OutputFormat.Ndjson => new NdjsonDocumentWriter(output),
            OutputFormat.Hocr => new HocrDocumentWriter(output),
            OutputFormat.Alto => new AltoDocumentWriter(output),
            OutputFormat.Markdown => new MarkdownDocumentWriter(output),
            OutputFormat.Text => new TextDocumentWriter(output),
            _ => throw new UnreachableException(),
        };

    /// <summary>The ending that is put behind a document's name for its output file.</summary>
    internal static string ExtensionOf(OutputFormat format) =>
        format switch
        {
            OutputFormat.Json => ".json",
            OutputFormat.Ndjson => ".ndjson",
            OutputFormat.Hocr => ".hocr",
            OutputFormat.Alto => ".alto.xml",
            OutputFormat.Markdown => ".md",
            OutputFormat.Pdf => ".pdf",
            OutputFormat.Text => ".txt",
            _ => throw new UnreachableException(),
        };

    /// <summary>The name of a document's output file: a PDF that becomes a searchable one keeps its own.</summary>
    internal static string NameFor(string relativePath, OutputFormat format) =>
        format == OutputFormat.Pdf && relativePath.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase)
            ? relativePath
            : relativePath + ExtensionOf(format);

    /// <summary>Writes what comes before the first document.</summary>
    internal virtual void Begin() { }

    /// <summary>Writes a document.</summary>
    internal abstract void Write(ReadDocument document);

    /// <summary>Writes what comes after the last document.</summary>
    internal virtual void End() { }
}
