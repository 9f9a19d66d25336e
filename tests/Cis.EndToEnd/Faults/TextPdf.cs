using System.Globalization;
using System.Text;

namespace Cis.EndToEnd.Faults;

/// <summary>Writes born-digital PDFs of one page whose text is known.</summary>
internal static class TextPdf
{
    /// <summary>A PDF.</summary>
    /// <param name="lines">Its text, in ASCII without parentheses and backslashes.</param>
    /// <param name="padding">Bytes that no page shows, for large files.</param>
    internal static byte[] Of(IReadOnlyList<string> lines, int padding = 0)
    {
        using var file = new MemoryStream();
        var offsets = new List<long>();
        Write(file, "%PDF-1.4\n");
        AddObject("<< /Type /Catalog /Pages 2 0 R >>");
        AddObject("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        AddObject(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
                + "/Resources << /Font << /F1 5 0 R >> >> >>"
        );
        AddObject(StreamOf($"BT /F1 12 Tf 72 770 Td {string.Concat(lines.Select(Show))}ET"));
        AddObject("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
        AddObject(StreamOf(new string('.', padding)));
        WriteTable(file, offsets);
        return file.ToArray();

        void AddObject(string body)
        {
            offsets.Add(file.Position);
            Write(file, $"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }
    }

    private static string Show(string line) => $"({line}) Tj 0 -18 Td ";

    private static string StreamOf(string content) => $"<< /Length {content.Length} >>\nstream\n{content}\nendstream";

    private static void WriteTable(MemoryStream file, List<long> offsets)
    {
        long table = file.Position;
        Write(file, $"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n");
        foreach (long offset in offsets)
        {
            Write(file, string.Create(CultureInfo.InvariantCulture, $"{offset:0000000000} 00000 n \n"));
        }

        Write(file, $"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    }

    private static void Write(MemoryStream file, string text) => file.Write(Encoding.ASCII.GetBytes(text));
}
