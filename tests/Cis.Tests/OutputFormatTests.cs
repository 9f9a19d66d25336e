using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Cis.Output;
using Cis.Pages;
using Cis.Reading;

namespace Cis.Tests;

public sealed class OutputFormatTests
{
    private static readonly XNamespace Alto = "http://www.loc.gov/standards/alto/ns-v4#";
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";

    [Theory]
    [InlineData("text", "mixed.txt")]
    [InlineData("json", "mixed.json")]
    [InlineData("ndjson", "mixed.ndjson")]
    [InlineData("hocr", "mixed.hocr")]
    public void A_format_is_written_as_its_golden_file_has_it(string format, string golden) =>
        Repository.AssertMatches(
            Write(Of(format), Samples.Mixed(), Samples.Failed()),
            "tests",
            "Cis.Tests",
            "Golden",
            golden
        );

    [Fact]
    public void Alto_is_written_as_its_golden_file_has_it() =>
        Repository.AssertMatches(
            Write(OutputFormat.Alto, Samples.Mixed()),
            "tests",
            "Cis.Tests",
            "Golden",
            "mixed.alto"
        );

    [Theory]
    [InlineData("json")]
    [InlineData("ndjson")]
    public void Json_is_what_the_schema_describes(string format)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs", "ocr.schema.json")));
        string output = Write(Of(format), Samples.Mixed(), Samples.Failed());

        JsonElement[] documents = format == "json" ? Array(output) : Lines(output);

        Assert.Equal(2, documents.Length);
        Assert.All(documents, document => SchemaAssert.Conforms(document, schema.RootElement));
    }

    [Fact]
    public void Ndjson_keeps_each_document_on_one_line() =>
        Assert.Equal(2, Write(OutputFormat.Ndjson, Samples.Mixed(), Samples.Failed()).Count(c => c == '\n'));

    [Fact]
    public void Json_of_no_document_is_an_empty_array() => Assert.Empty(Array(Write(OutputFormat.Json)));

    [Fact]
    public void A_box_at_infinity_does_not_break_the_json()
    {
        PageText page = Samples.Page("x") with { Lines = [] };
        TextLine line = Samples.Page("x").Lines[0] with
        {
            Box = Quad.FromRectangle(float.NegativeInfinity, float.NaN, float.PositiveInfinity, float.MaxValue),
        };
        PageResult[] pages = [new(1, Outcome.Ok, null, page with { Lines = [line] })];
        DocumentText text = Samples.Mixed().Text with { Pages = pages };

        string output = Write(OutputFormat.Ndjson, new ReadDocument("a.pdf", text));

        Assert.Equal(1, JsonDocument.Parse(output).RootElement.GetProperty("pages").GetArrayLength());
    }

    [Fact]
    public void Hocr_is_well_formed_and_names_document_page_and_word_boxes()
    {
        XDocument hocr = Parse(Write(OutputFormat.Hocr, Samples.Mixed(), Samples.Mixed()));

        XElement[] pages = [.. WithClass(hocr, "ocr_page")];
        Assert.Equal(4, pages.Length);
        Assert.Equal(
            "image \"in/scan \"1\" & <2>.pdf\"; bbox 0 0 1654 2339; ppageno 6",
            pages[1].Attribute("title")!.Value
        );
        XElement word = WithClass(hocr, "ocrx_word").First();
        Assert.Equal(("a<b>", "bbox 10 20 45 34; x_wconf 90"), (word.Value, word.Attribute("title")!.Value));
        Assert.EndsWith(
            "textangle 90",
            WithClass(hocr, "ocr_line").Last().Attribute("title")!.Value,
            StringComparison.Ordinal
        );
        AssertUnique(hocr.Descendants().Attributes("id"));
    }

    [Fact]
    public void Alto_tags_the_source_of_each_line_of_a_page_that_has_both()
    {
        ReadDocument columns = Samples.TwoColumns();
        PageText page = columns.Text.Pages[0].Text!;
        TextLine[] lines =
        [
            .. page.Lines.Select((line, i) => line with { Source = i == 0 ? TextSource.Ocr : TextSource.TextLayer }),
        ];

        XDocument alto = Parse(
            Write(OutputFormat.Alto, Samples.Document(page with { Source = TextSource.Mixed, Lines = lines }))
        );

        XElement tags = alto.Root!.Element(Alto + "Tags")!;
        Assert.Equal(Alto + "Layout", tags.ElementsAfterSelf().First().Name);
        Assert.Equal(
            lines.Select(line => line.Source == TextSource.Ocr ? "ocr" : "text-layer"),
            alto.Descendants(Alto + "TextLine")
                .Select(line =>
                    tags.Elements().Single(tag => (string)tag.Attribute("ID")! == (string)line.Attribute("TAGREFS")!)
                )
                .Select(tag => (string)tag.Attribute("LABEL")!)
        );
        Assert.Empty(Parse(Write(OutputFormat.Alto, columns)).Descendants(Alto + "Tags"));
    }

    [Fact]
    public void Alto_is_well_formed_and_has_a_page_per_page_read()
    {
        XDocument alto = Parse(Write(OutputFormat.Alto, Samples.Mixed()));

        Assert.Equal(["1", "7"], alto.Descendants(Alto + "Page").Attributes("PHYSICAL_IMG_NR").Select(a => a.Value));
        Assert.Equal("in/scan \"1\" & <2>.pdf", alto.Descendants(Alto + "fileName").Single().Value);
        XElement word = alto.Descendants(Alto + "String").First();
        Assert.Equal("a<b>", word.Attribute("CONTENT")!.Value);
        Assert.Equal(
            ["10", "20", "35", "14"],
            new[] { "HPOS", "VPOS", "WIDTH", "HEIGHT" }.Select(n => word.Attribute(n)!.Value)
        );
    }

    [Fact]
    public void Hocr_has_an_area_per_column_and_a_paragraph_per_paragraph_around_their_lines()
    {
        XDocument hocr = Parse(Write(OutputFormat.Hocr, Samples.TwoColumns()));

        XElement page = Assert.Single(WithClass(hocr, "ocr_page"));
        Assert.Equal(
            [
                "ocr_carea bbox 500 50 575 64",
                "ocr_par bbox 500 50 575 64",
                "ocr_carea bbox 100 200 175 334",
                "ocr_par bbox 100 200 175 254",
                "ocr_par bbox 100 320 175 334",
                "ocr_carea bbox 900 200 1015 294",
                "ocr_par bbox 900 200 1015 214",
                "ocr_par bbox 900 280 935 294",
            ],
            page.Descendants()
                .Where(element => element.Attribute("class")?.Value is "ocr_carea" or "ocr_par")
                .Select(element => $"{element.Attribute("class")!.Value} {element.Attribute("title")!.Value}")
        );
        Assert.All(WithClass(hocr, "ocr_carea"), area => Assert.Same(page, area.Parent));
        Assert.All(WithClass(hocr, "ocr_par"), par => Assert.Equal("ocr_carea", par.Parent!.Attribute("class")!.Value));
        Assert.All(
            WithClass(hocr, "ocr_line"),
            line => Assert.Equal("ocr_par", line.Parent!.Attribute("class")!.Value)
        );
        AssertUnique(hocr.Descendants().Attributes("id"));
    }

    [Fact]
    public void Alto_has_a_composed_block_per_column_and_a_text_block_per_paragraph_around_their_lines()
    {
        XDocument alto = Parse(Write(OutputFormat.Alto, Samples.TwoColumns()));

        XElement[] columns = [.. alto.Descendants(Alto + "PrintSpace").Single().Elements()];
        Assert.All(columns, column => Assert.Equal(Alto + "ComposedBlock", column.Name));
        Assert.Equal(["500 50 75 14", "100 200 75 134", "900 200 115 94"], columns.Select(BoxOf));
        XElement[][] paragraphs = [.. columns.Select(column => column.Elements().ToArray())];
        Assert.All(paragraphs.SelectMany(p => p), paragraph => Assert.Equal(Alto + "TextBlock", paragraph.Name));
        Assert.Equal(["100 200 75 54", "100 320 75 14"], paragraphs[1].Select(BoxOf));
        Assert.Equal([2, 1], paragraphs[1].Select(paragraph => paragraph.Elements(Alto + "TextLine").Count()));
        Assert.Equal(6, alto.Descendants(Alto + "TextLine").Count());
        AssertUnique(alto.Descendants().Attributes("ID"));
    }

    [Theory]
    [InlineData("hocr")]
    [InlineData("alto")]
    public void The_words_of_a_layout_are_those_of_the_text_in_its_order(string format)
    {
        ReadDocument document = Samples.TwoColumns();

        XDocument layout = Parse(Write(Of(format), document));

        IEnumerable<string> words =
            format == "hocr"
                ? WithClass(layout, "ocrx_word").Select(word => word.Value)
                : layout.Descendants(Alto + "String").Attributes("CONTENT").Select(content => content.Value);
        Assert.Equal(document.Text.Text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), words);
    }

    [Fact]
    public void Lines_of_which_no_paragraph_is_known_are_one()
    {
        ReadDocument known = Samples.TwoColumns();
        ReadDocument document = Samples.Document(known.Text.Pages[0].Text! with { Paragraphs = [] });

        XDocument hocr = Parse(Write(OutputFormat.Hocr, document));

        XElement paragraph = Assert.Single(WithClass(hocr, "ocr_par"));
        Assert.Equal("bbox 100 50 1015 334", paragraph.Attribute("title")!.Value);
        Assert.Equal(6, paragraph.Elements().Count());
        Assert.Equal("bbox 100 50 1015 334", Assert.Single(WithClass(hocr, "ocr_carea")).Attribute("title")!.Value);
    }

    [Fact]
    public void A_page_without_text_has_no_blocks()
    {
        PageText blank = Samples.Page("x") with { Text = "", Lines = [], Paragraphs = [] };

        XDocument hocr = Parse(Write(OutputFormat.Hocr, Samples.Document(blank)));
        XDocument alto = Parse(Write(OutputFormat.Alto, Samples.Document(blank)));

        Assert.Empty(Assert.Single(WithClass(hocr, "ocr_page")).Elements());
        Assert.Empty(alto.Descendants(Alto + "PrintSpace").Single().Elements());
    }

    [Fact]
    public void Plain_text_carries_no_escape_sequence_to_the_terminal()
    {
        string text = Write(OutputFormat.Text, Samples.Mixed());

        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.Contains("日本語の 行", text, StringComparison.Ordinal);
    }

    private static OutputFormat Of(string format) => Enum.Parse<OutputFormat>(format, ignoreCase: true);

    private static string Write(OutputFormat format, params ReadDocument[] documents)
    {
        using var stream = new MemoryStream();
        var writer = DocumentWriter.Create(format, stream);
        writer.Begin();
        foreach (ReadDocument document in documents)
        {
            writer.Write(document);
        }

        writer.End();
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static JsonElement[] Array(string json) => [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];

    private static JsonElement[] Lines(string json) =>
        [
            .. json.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement),
        ];

    private static XDocument Parse(string xml)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, CheckCharacters = true };
        using var reader = XmlReader.Create(new StringReader(xml), settings);
        return XDocument.Load(reader);
    }

    private static string BoxOf(XElement block) =>
        string.Join(' ', new[] { "HPOS", "VPOS", "WIDTH", "HEIGHT" }.Select(name => block.Attribute(name)!.Value));

    private static void AssertUnique(IEnumerable<XAttribute> ids) =>
        Assert.All(ids.CountBy(id => id.Value, StringComparer.Ordinal), id => Assert.Equal(1, id.Value));

    private static IEnumerable<XElement> WithClass(XDocument hocr, string name) =>
        hocr.Descendants()
            .Where(element => element.Name.Namespace == Html && element.Attribute("class")?.Value == name);
}
