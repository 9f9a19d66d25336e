using System.Globalization;
using System.Text;
using Cis.Pages;

namespace Cis.Documents.Tests;

/// <summary>Fonts that say what they show but for a few characters.</summary>
public class LyingFontTests
{
    private const string Digits = "0123456789";
    private const string Invoice = "Invoice 20871 of 14 March 1996 for 35 crates";

    [Theory]
    [InlineData("1234567890")]
    [InlineData("0123459786")]
    [InlineData("7392015846")]
    public void Digits_that_look_like_others_are_in_doubt(string said)
    {
        PageContent page = Read(Invoice, (c) => Mapped(c, Digits, said));

        PageRegion region = Assert.Single(page.Regions);
        Assert.Equal(RegionKind.Doubtful, region.Kind);
        Assert.Equal(Digits, region.Characters);
    }

    [Theory]
    [InlineData("Helvetica")]
    [InlineData("Helvetica-BoldOblique")]
    [InlineData("Times-Roman")]
    [InlineData("Times-BoldItalic")]
    [InlineData("Courier")]
    [InlineData("Courier-Bold")]
    public void Digits_that_look_like_themselves_are_taken(string face)
    {
        PageContent page = Read(Invoice, c => $"{c}", face);

        Assert.Equal("", string.Concat(page.Regions.Select(region => $"{region.Kind} {region.Characters}")));
        Assert.Equal(Invoice, page.Text?.Text);
    }

    [Fact]
    public void Digits_on_a_dark_ground_are_looked_at_as_well()
    {
        const string Row = "0 0 0.4 rg 50 690 400 40 re f 1 g ";

        Assert.NotEmpty(Assert.Single(Read(Invoice, Shifted, before: Row).Regions).Characters!);
        Assert.Equal(Invoice, Read(Invoice, c => $"{c}", before: Row).Text?.Text);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(270)]
    public void A_turned_page_is_looked_at_where_its_text_stands_upright(int turn)
    {
        string matrix = turn switch
        {
            90 => "0 1 -1 0 300 100",
            180 => "-1 0 0 -1 500 300",
            _ => "0 -1 1 0 300 700",
        };

        PageContent page = Read(Invoice, Shifted, entries: $"/Rotate {turn}", matrix: matrix);

        Assert.NotEmpty(Assert.Single(page.Regions).Characters!);
    }

    [Theory]
    [InlineData(
        "the clerk of the council checked each of the receipts once and then entered the price of coal, since the office "
            + "received the accounts of the market each december"
    )]
    [InlineData(
        "when the teacher had heard the other three children he thought that they should have the whole of the house to "
            + "themselves through the month and then go north with their mother"
    )]
    public void Letters_that_keep_strange_company_are_in_doubt(string prose)
    {
        Assert.Equal("c", Assert.Single(Read(prose, c => Mapped(c, "ec", "ce")).Regions).Characters);
        Assert.Equal(prose, Read(prose, c => $"{c}").Text?.Text);
    }

    [Fact]
    public void Capitals_that_begin_no_words_are_in_doubt()
    {
        const string Names =
            "On Monday Captain Evans And Doctor Hill Met The Mayor Of Northern Kent At Kings Hall In Union Street, Exeter";

        PageContent page = Read(
            Names,
            c => char.IsAsciiLetterUpper(c) ? $"{(char)((c - 'A' + 1) % 26 + 'A')}" : $"{c}"
        );

        Assert.Equal("ABCDEFGHIJKLMNOPQRSTUVWXYZ", Assert.Single(page.Regions).Characters);
        Assert.Equal(Names, Read(Names, c => $"{c}").Text?.Text);
    }

    [Theory]
    [InlineData(true, RegionKind.Gaps)]
    [InlineData(false, null)]
    public void A_verdict_on_characters_holds_for_the_document(bool lies, RegionKind? kind)
    {
        var pdf = new PdfBuilder();
        (string content, string resources) = PageOf(pdf, Invoice + " of oranges, lemons and figs", Shifted);
        using var reader = new TestReader();
        using DocumentSource source = pdf.Page(content, resources: resources)
            .Page(content, resources: resources)
            .ToSource();
        using IDocument document = reader.Open(source);
        PageRegion first = document.Read(0, reader.Image, TestContext.Current.CancellationToken).Regions[0];

        document.Judge(new FontVerdict(first.Font!, lies, Digits));
        PageContent second = document.Read(1, reader.Image, TestContext.Current.CancellationToken);

        Assert.Equal(kind, second.Regions.Count == 0 ? null : second.Regions[0].Kind);
        string number = new(PageRegion.Lie, 5);
        Assert.Equal(lies, kind is not null && second.Regions[0].Lines[0].Line.Text.Contains($"Invoice {number} of"));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("f")]
    public void A_ligature_that_passes_for_another_character_is_a_gap(string said)
    {
        const string Text =
            "The of\u0080cer of the \u0080rst harbour found it dif\u0080cult to leave the town of Seaford";

        PageContent page = Read(Text, c => c == '\u0080' ? said : $"{c}");

        PageRegion region = Assert.Single(page.Regions);
        Assert.Equal(RegionKind.Gaps, region.Kind);
        Assert.Equal(Text.Replace('\u0080', '\uFFFD'), region.Lines[0].Line.Text);
    }

    [Fact]
    public void A_ligature_that_says_its_letters_is_taken()
    {
        const string Text = "The of\u0080cer of the \u0080rst harbour";

        Assert.Equal("The officer of the first harbour", Read(Text, c => c == '\u0080' ? "fi" : $"{c}").Text?.Text);
    }

    [Theory]
    [InlineData("Times-Italic")]
    [InlineData("Times-BoldItalic")]
    [InlineData("Courier")]
    [InlineData("Helvetica-Oblique")]
    public void An_f_that_reaches_over_its_neighbors_is_an_f(string face)
    {
        const string Text = "If half of the staff of that fleet left for Cardiff, fifty of us felt ill off Fife";

        Assert.Equal(Text, Read(Text, c => $"{c}", face).Text?.Text);
    }

    [Fact]
    public void An_f_of_stretched_text_is_an_f()
    {
        const string Stretched = "BT /F2 12 Tf 1.8 0 0 1 60 714 Tm (half of the staff) Tj ET ";

        PageContent page = Read("If all of the fleet left", c => $"{c}", before: Stretched);

        Assert.Equal("half of the staff If all of the fleet left", page.Text?.Text.ReplaceLineEndings(" "));
    }

    [Fact]
    public void A_space_of_slanted_text_is_a_space()
    {
        const string Text = "DRAFT COPY OF THE LETTER";

        PageContent page = Read(Text, c => $"{c}", matrix: "0.7 0.7 -0.7 0.7 200 300");

        Assert.Equal(Text, page.Text?.Text);
    }

    private static string Shifted(char c) => Mapped(c, Digits, "1234567890");

    private static string Mapped(char c, string from, string to) =>
        from.IndexOf(c) is >= 0 and int i ? $"{to[i]}" : $"{c}";

    private static PageContent Read(
        string text,
        Func<char, string> says,
        string face = "Helvetica",
        string before = "",
        string entries = "",
        string matrix = "1 0 0 1 60 700"
    )
    {
        var pdf = new PdfBuilder();
        (string content, string resources) = PageOf(pdf, text, says, face, matrix);
        using var reader = new TestReader();
        using DocumentSource source = pdf.Page(before + content, entries, resources, "0 0 1200 842").ToSource();
        return reader.ReadFirst(source);
    }

    /// <summary>A line of text in a font with a map of its own; the code 128 is its ligature fi.</summary>
    private static (string Content, string Resources) PageOf(
        PdfBuilder pdf,
        string text,
        Func<char, string> says,
        string face = "Helvetica",
        string matrix = "1 0 0 1 60 700"
    )
    {
        var map = new StringBuilder("1 begincodespacerange <00> <FF> endcodespacerange 96 beginbfchar ");
        for (char c = ' '; c <= '\u0080'; c++)
        {
            if (c != 127)
            {
                string meaning = string.Concat(says(c).Select(x => $"{(int)x:X4}"));
                map.Append(CultureInfo.InvariantCulture, $"<{(int)c:X2}> <{meaning}> ");
            }
        }

        int unicode = pdf.AddStream("", Encoding.ASCII.GetBytes(map.Append("endbfchar").ToString()));
        int font = pdf.Add(
            $"<< /Type /Font /Subtype /Type1 /BaseFont /{face} /ToUnicode {unicode} 0 R "
                + "/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [128 /fi] >> >>"
        );
        return ($"BT /F2 12 Tf {matrix} Tm ({text}) Tj ET", $"/Font << /F2 {font} 0 R >>");
    }
}
