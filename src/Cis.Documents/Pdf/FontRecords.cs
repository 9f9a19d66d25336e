namespace Cis.Documents.Pdf;

/// <summary>The fonts of a document, by name.</summary>
internal sealed class FontRecords
{
    // A hostile document may name another font on each page.
    private const int MaxFonts = 10_000;

    private readonly Dictionary<string, FontRecord> _records = new(StringComparer.Ordinal);

    /// <summary>What is known of a font.</summary>
    internal FontRecord Of(string name)
    {
        if (_records.TryGetValue(name, out FontRecord? record))
        {
            return record;
        }

        record = new FontRecord();
        if (_records.Count < MaxFonts)
        {
            _records[name] = record;
        }

        return record;
    }
}
