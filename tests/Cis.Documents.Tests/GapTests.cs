using Cis.Pages;

namespace Cis.Documents.Tests;

public class GapTests
{
    [Theory]
    [InlineData(0x00)]
    [InlineData(0x01)]
    [InlineData(0x02)] // PDFium's sign for a hyphen at the end of a line
    [InlineData(0x09)]
    [InlineData(0x0A)]
    [InlineData(0x0B)] // TeX's ff
    [InlineData(0x0C)] // its fi
    [InlineData(0x0D)] // its fl
    [InlineData(0x0E)]
    [InlineData(0x1E)]
    [InlineData(0x7F)]
    [InlineData(0x96)]
    [InlineData(0xA0)]
    public void A_glyph_without_a_meaning_is_a_gap_whatever_its_code(int code)
    {
        PageContent page = Read(code, "500 0 0 0 400 700 d1 0 0 400 700 re f");

        RegionLine line = Assert.Single(Assert.Single(page.Regions).Lines);
        Assert.Equal(RegionKind.Gaps, page.Regions[0].Kind);
        Assert.Equal("The \uFFFDrst letter of the harbour", line.Line.Text);
    }

    [Theory]
    [InlineData(0x09)]
    [InlineData(0x0A)]
    [InlineData(0x0D)]
    [InlineData(0xA0)]
    public void White_space_that_the_font_has_no_name_for_stays_white_space(int code)
    {
        PageContent page = Read(code, "500 0 0 0 0 0 d1");

        Assert.Equal("The rst letter of the harbour", page.Text?.Text);
    }

    [Theory]
    [InlineData("\u200B")]
    [InlineData("\u0002")]
    [InlineData("\uE001")]
    public void A_glyph_with_ink_that_its_font_calls_nothing_is_a_gap(string meaning)
    {
        var pdf = new PdfBuilder();
        int letter = pdf.AddStream("", "500 0 0 0 400 700 d1 0 0 400 700 re f"u8);
        int blank = pdf.AddStream("", "300 0 0 0 0 0 d1"u8);
        string code = string.Concat(meaning.Select(c => $"{(int)c:X4}"));
        int map = pdf.AddStream(
            "",
            System.Text.Encoding.ASCII.GetBytes(
                "1 begincodespacerange <00> <FF> endcodespacerange "
                    + $"3 beginbfchar <41> <{code}> <42> <0062> <20> <0020> endbfchar"
            )
        );
        int font = pdf.Add(
            "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [0.001 0 0 0.001 0 0] "
                + $"/CharProcs << /A {letter} 0 R /B {letter} 0 R /space {blank} 0 R >> /FirstChar 32 /LastChar 66 "
                + "/Encoding << /Type /Encoding /Differences [32 /space 65 /A /B] >> "
                + $"/Widths [300 {string.Concat(Enumerable.Repeat("0 ", 32))} 500 500] /Resources << >> /ToUnicode {map} 0 R >>"
        );
        using var reader = new TestReader();
        using DocumentSource source = pdf.Page(
                "BT /F1 20 Tf 60 740 Td (The letter of the harbour office) Tj ET BT /F2 20 Tf 60 700 Td (BBABB BBBB B BBB) Tj ET",
                resources: $"/Font << /F1 3 0 R /F2 {font} 0 R >>"
            )
            .ToSource();

        PageContent page = reader.ReadFirst(source);

        PageRegion gaps = Assert.Single(page.Regions, region => region.Kind == RegionKind.Gaps);
        Assert.Equal("bb\uFFFDbb bbbb b bbb", Assert.Single(gaps.Lines).Line.Text);
    }

    /// <summary>A page of which one glyph is of a Type 3 font that does not say what it means.</summary>
    private static PageContent Read(int code, string drawing)
    {
        var pdf = new PdfBuilder();
        int glyph = pdf.AddStream("", System.Text.Encoding.Latin1.GetBytes(drawing));
        int font = pdf.Add(
            "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 700] /FontMatrix [0.001 0 0 0.001 0 0] "
                + $"/CharProcs << /g{code} {glyph} 0 R >> /Encoding << /Type /Encoding /Differences [{code} /g{code}] >> "
                + $"/FirstChar {code} /LastChar {code} /Widths [500] /Resources << >> >>"
        );
        using var reader = new TestReader();
        using DocumentSource source = pdf.Page(
                $"BT /F1 20 Tf 60 700 Td (The ) Tj /F2 20 Tf <{code:X2}> Tj /F1 20 Tf (rst letter of the harbour) Tj ET",
                resources: $"/Font << /F1 3 0 R /F2 {font} 0 R >>"
            )
            .ToSource();
        return reader.ReadFirst(source);
    }
}
