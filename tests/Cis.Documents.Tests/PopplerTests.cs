using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Cis.Pages;

namespace Cis.Documents.Tests;

/// <summary>Searchable copies as poppler's pdftotext reads them, which shares no line with PDFium.</summary>
public sealed partial class PopplerTests
{
    private static readonly TextLine English = Searchable.Line(
        "set apart, as printed",
        new(new(200, 300), new(1000, 290), new(1000, 330), new(200, 340))
    );

    private static readonly TextLine Across = Searchable.Line("図書館のご案内", Quad.FromRectangle(200, 400, 600, 450));

    private static readonly TextLine Down = Searchable.Line(
        "海辺の町に小さな",
        new(new(1300, 200), new(1300, 800), new(1250, 800), new(1250, 200))
    );

    [Fact]
    public void Words_of_both_languages_are_found_within_their_boxes()
    {
        byte[] pdf = Searchable.Make(new PdfBuilder().Page("0 0 9 9 re f"), Searchable.Page(English, Across, Down));

        List<(string Text, PageRectangle Box)> found = Words(pdf);

        foreach (TextWord word in English.Words.Concat(Across.Words).Concat(Down.Words))
        {
            PageRectangle box = found.Single(other => other.Text == word.Text).Box;
            Assert.InRange(box.Left, word.Box.Left - 3, word.Box.Right);
            Assert.InRange(box.Right, word.Box.Left, word.Box.Right + 3);
            Assert.InRange(box.Top, word.Box.Top - 3, word.Box.Bottom);
            Assert.InRange(box.Bottom, word.Box.Top, word.Box.Bottom + 3);
        }
    }

    [Fact]
    public void Words_whose_boxes_touch_are_not_run_together()
    {
        TextWord[] words =
        [
            new("much.\"", 0.9f, Quad.FromRectangle(200, 300, 300, 340)),
            new("The", 0.9f, Quad.FromRectangle(300, 300, 350, 340)),
        ];
        var line = new TextLine("much.\" The", 0.9f, Quad.FromRectangle(200, 300, 350, 340), words);

        byte[] pdf = Searchable.Make(new PdfBuilder().Page("0 0 9 9 re f"), Searchable.Page(line));

        Assert.Equal("much.\" The", Run(pdf, "-raw").Trim());
    }

    [Fact]
    public void A_character_beyond_the_first_plane_is_found_as_itself()
    {
        TextLine line = Searchable.Line("𠮷野家 😀 𠮷田", Quad.FromRectangle(200, 300, 1000, 340));

        byte[] pdf = Searchable.Make(new PdfBuilder().Page("0 0 9 9 re f"), Searchable.Page(line));

        Assert.Equal("𠮷野家 😀 𠮷田", Run(pdf, "-raw").Trim());
    }

    [Fact]
    public void An_image_with_text_is_read_too()
    {
        using var source = DocumentSource.FromFile(TestFiles.Data("photo.jpg"), new());

        (byte[] pdf, _) = Searchable.Make(source, Searchable.Page(English));

        Assert.Equal("set apart, as printed", Run(pdf, "-raw").Trim());
    }

    // In pixels of 200 dpi, as the pages of these tests have.
    private static List<(string Text, PageRectangle Box)> Words(byte[] pdf)
    {
        var words = new List<(string, PageRectangle)>();
        foreach (Match match in WordElement().Matches(Run(pdf, "-bbox")))
        {
            float Side(string name) => float.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture) * 200 / 72;
            var box = new PageRectangle(Side("left"), Side("top"), Side("right"), Side("bottom"));
            words.Add((WebUtility.HtmlDecode(match.Groups["text"].Value), box));
        }

        return words;
    }

    private static string Run(byte[] pdf, string option)
    {
        string? program = Array.Find(["/usr/bin/pdftotext", "/usr/local/bin/pdftotext"], File.Exists);
        Assert.SkipWhen(
            program is null,
            "pdftotext (Debian's poppler-utils) is missing: what poppler reads is not tested."
        );
        using var file = new TemporaryPdf(pdf);
        var start = new ProcessStartInfo(program, [option, "-enc", "UTF-8", file.Path, "-"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    [GeneratedRegex(
        "<word xMin=\"(?<left>[^\"]*)\" yMin=\"(?<top>[^\"]*)\" xMax=\"(?<right>[^\"]*)\" yMax=\"(?<bottom>[^\"]*)\">(?<text>.*?)</word>",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex WordElement();

    private readonly record struct PageRectangle(float Left, float Top, float Right, float Bottom);

    private sealed class TemporaryPdf : IDisposable
    {
        internal TemporaryPdf(byte[] pdf) => File.WriteAllBytes(Path, pdf);

        internal string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
