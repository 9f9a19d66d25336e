using System.Text;
using System.Text.Json;
using Cis.Output;
using Cis.Pages;

namespace Cis.Tests;

public sealed class MarkdownTests
{
    private const float Width = 10;

    [Fact]
    public void Lines_of_a_paragraph_are_joined_and_words_parted_at_their_ends_are_whole()
    {
        string markdown = Write(
            Page([
                Line(0, 0, "They came down from the hills, and the har-"),
                Line(0, 30, "bour was quiet when they reached the stones"),
                Line(0, 60, "of the old wall."),
            ])
        );

        Assert.Equal(
            "They came down from the hills, and the harbour was quiet when they reached the stones of the old wall.\n",
            markdown
        );
    }

    [Fact]
    public void Short_lines_stay_lines()
    {
        string markdown = Write(
            Page([
                Line(0, 0, "Name of the applicant: Ada Miller of Leith"),
                Line(0, 30, "Born: 1960"),
                Line(0, 60, "Town: Leith"),
            ])
        );

        Assert.Equal("Name of the applicant: Ada Miller of Leith  \nBorn: 1960  \nTown: Leith\n", markdown);
    }

    [Fact]
    public void Large_type_is_a_heading_and_bullets_and_numbers_make_a_list()
    {
        PageText page = Page(
            [
                Line(0, 0, "The harbour", height: 60),
                Line(0, 100, "It has these parts that are seen from afar:"),
                Line(0, 130, "• a mole, with"),
                Line(20, 160, "a lamp on it"),
                Line(0, 190, "• a weir"),
                Line(0, 300, "1. Go in by day."),
                Line(0, 330, "2) Mind the bell."),
            ],
            1,
            4,
            2
        );

        Assert.Equal(
            """
            # The harbour

            It has these parts that are seen from afar:

            - a mole, with a lamp on it
            - a weir

            1. Go in by day.
            2) Mind the bell.

            """,
            Write(page)
        );
    }

    [Fact]
    public void A_table_stands_where_its_first_line_stands_with_its_empty_cells()
    {
        TextLine[] lines =
        [
            Line(0, 0, "The catch of the year"),
            Line(0, 60, "Port"),
            Line(200, 60, "Herring|cod"),
            Line(0, 90, "Leith"),
            Line(200, 120, "7"),
            Line(0, 200, "As of May."),
        ];
        PageText page = Page(lines, 1, 4, 1) with
        {
            Tables =
            [
                new TextTable(
                    Quad.FromRectangle(0, 60, 310, 140),
                    [
                        [Cell(0, 1, lines), Cell(1, 2, lines)],
                        [Cell(0, 3, lines)],
                        [Cell(1, 4, lines)],
                    ]
                ),
            ],
        };

        Assert.Equal(
            """
            The catch of the year

            | Port | Herring\|cod |
            | --- | --- |
            | Leith |  |
            |  | 7 |

            As of May.

            """,
            Write(page)
        );
    }

    [Theory]
    [InlineData("# 1 of 5", "\\# 1 of 5")]
    [InlineData("1911. A year.", "1911\\. A year.")]
    [InlineData("a*b* `c` [d](e) <f> &amp; \\", "a\\*b\\* \\`c\\` \\[d\\](e) \\<f> \\&amp; \\\\")]
    [InlineData("snake_case and _this_, 3 < 4 & 5", "snake_case and \\_this\\_, 3 < 4 & 5")]
    [InlineData("---", "\\---")]
    [InlineData("=====", "\\=====")]
    [InlineData("> said", "\\> said")]
    [InlineData("red \u001b[31m", "red \\[31m")]
    public void What_would_be_markup_is_escaped(string text, string expected) =>
        Assert.Equal(expected + "\n", Write(Page([Line(0, 0, text)])));

    [Fact]
    public void A_document_without_text_is_nothing() => Assert.Equal("", Write(Page([])));

    [Fact]
    public void Tables_are_in_json_as_the_schema_describes()
    {
        TextLine[] lines = [Line(0, 0, "Port"), Line(200, 0, "Cod"), Line(0, 30, "Leith"), Line(200, 30, "7")];
        PageText page = Page(lines) with
        {
            Tables =
            [
                new TextTable(
                    Quad.FromRectangle(0, 0, 230, 50),
                    [
                        [Cell(0, 0, lines), Cell(1, 1, lines)],
                        [Cell(0, 2, lines), Cell(1, 3, lines)],
                    ]
                ),
            ],
        };
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs", "ocr.schema.json")));

        using var json = JsonDocument.Parse(Write(page, OutputFormat.Ndjson));

        SchemaAssert.Conforms(json.RootElement, schema.RootElement);
        JsonElement table = json.RootElement.GetProperty("pages")[0].GetProperty("tables")[0];
        Assert.Equal(2, table.GetProperty("columns").GetInt32());
        JsonElement cell = table.GetProperty("rows")[1][1];
        Assert.Equal("7", cell.GetProperty("text").GetString());
        Assert.Equal(3, cell.GetProperty("lines")[0].GetInt32());
    }

    private static TextCell Cell(int column, int line, TextLine[] lines) =>
        new(column, lines[line].Text, lines[line].Box, [line]);

    private static TextLine Line(float x, float y, string text, float height = 20) =>
        new(text, 1, Quad.FromRectangle(x, y, x + Width * text.Length, y + height), []);

    private static PageText Page(TextLine[] lines, params int[] paragraphs) =>
        new(
            TextSource.Ocr,
            1654,
            2339,
            0,
            string.Join('\n', lines.Select(line => line.Text)),
            lines,
            [.. paragraphs.Select(count => new TextParagraph(0, count))]
        );

    private static string Write(PageText page, OutputFormat format = OutputFormat.Markdown)
    {
        using var stream = new MemoryStream();
        var writer = DocumentWriter.Create(format, stream);
        writer.Begin();
        writer.Write(Samples.Document(page));
        writer.End();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
