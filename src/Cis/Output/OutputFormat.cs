namespace Cis.Output;

/// <summary>The ways to write what was read.</summary>
internal enum OutputFormat
{
    /// <summary>Plain text in UTF-8.</summary>
    Text,

    /// <summary>A JSON array with an object per document, indented.</summary>
    Json,

    /// <summary>A JSON object per document, each on a line of its own.</summary>
    Ndjson,

    /// <summary>hOCR 1.2 as XHTML.</summary>
    Hocr,

    /// <summary>ALTO 4 XML.</summary>
    Alto,

    /// <summary>Markdown with headings, lists and tables.</summary>
    Markdown,

    /// <summary>The document as a PDF with its text as an invisible layer.</summary>
    Pdf,
}
