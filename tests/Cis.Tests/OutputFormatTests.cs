using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Cis.Output;

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
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs", "ocr.schema.json")));
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
        var page = Samples.Page("x") with { Lines = [] };
        var line = Samples.Page("x").Lines[0] with
        {
            Box = Pages.Quad.FromRectangle(float.NegativeInfinity, float.NaN, float.PositiveInfinity, float.MaxValue),
        };
        Worker.PageResult[] pages = [new(1, Pages.Outcome.Ok, null, page with { Lines = [line] })];
        var text = Samples.Mixed().Text with { Pages = pages };

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
        string[] ids = [.. hocr.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
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
        DocumentWriter writer = DocumentWriter.Create(format, stream);
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

    private static IEnumerable<XElement> WithClass(XDocument hocr, string name) =>
        hocr.Descendants()
            .Where(element => element.Name.Namespace == Html && element.Attribute("class")?.Value == name);
}
