namespace Cis.Tests;

/// <summary>What <c>cis ocr</c> writes over, and what never.</summary>
public sealed class OcrOutputTests
{
    private const string ByCis = "%PDF-1.7\n5 0 obj\n<< /Producer (cis 0.1.0) >>\nendobj\n%%EOF";

    private static readonly string[] Formats = ["text", "json", "ndjson", "hocr", "alto"];

    [Theory]
    [InlineData("scan.pdf", "scan.pdf")]
    [InlineData("scan.pdf", "in/../scan.pdf")]
    [InlineData("scan.pdf", "symbolic.pdf")]
    [InlineData("scan.pdf", "hard.pdf")]
    [InlineData("symbolic.pdf", "hard.pdf")]
    [InlineData("hard.pdf", "scan.pdf")]
    public void An_output_that_is_an_input_is_refused_whatever_it_is_called(string input, string output)
    {
        using var host = new TestHost();
        AddLinked(host);

        Assert.Equal(ExitCode.Usage, host.Run("ocr", host.PathOf(input), "-o", host.PathOf(output), "--force"));

        Assert.Contains("is one of the inputs", Assert.Single(host.ErrorLines), StringComparison.Ordinal);
        Assert.False(host.HasOpenedEngines);
        Assert.Equal("%PDF-1.7\n%%EOF", host.Read("scan.pdf"));
    }

    [Fact]
    public void An_output_that_is_an_input_from_a_list_is_refused()
    {
        using var host = new TestHost();
        AddLinked(host);
        File.WriteAllText(host.PathOf("list"), host.PathOf("scan.pdf") + "\n");

        ExitCode code = host.Run("ocr", "--files-from", host.PathOf("list"), "-o", host.PathOf("hard.pdf"));

        Assert.Equal(ExitCode.Usage, code);
        Assert.False(host.HasOpenedEngines);
    }

    [Fact]
    public void An_output_that_is_an_input_found_in_a_folder_is_refused()
    {
        using var host = new TestHost();
        host.AddPdf("in/a.pdf");
        host.AddPdf("in/b.pdf");

        ExitCode code = host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("in/b.pdf"), "--force");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("%PDF-1.7\n%%EOF", host.Read("in/b.pdf"));
    }

    [Fact]
    public void In_an_output_folder_each_file_is_held_against_the_inputs()
    {
        using var host = new TestHost();
        string scan = host.AddPdf("scan.pdf");
        Directory.CreateDirectory(host.PathOf("out"));
        File.CreateSymbolicLink(host.PathOf("out/b.pdf.txt"), scan);

        ExitCode code = host.Run("ocr", scan, host.AddPdf("b.pdf"), "-o", host.PathOf("out"), "--force");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal(["b.pdf", "out/b.pdf.txt", "scan.pdf"], host.Files());
    }

    [Theory]
    [InlineData("other.pdf", "%PDF-1.4\n%%EOF")]
    [InlineData("no ending", "%PDF-1.4\n%%EOF")]
    [InlineData("named.txt", "%PDF-1.4\n%%EOF")]
    [InlineData("picture", "GIF89a")]
    [InlineData("damaged.pdf", "nothing that can be told")]
    public void An_existing_document_is_replaced_only_by_force(string output, string bytes)
    {
        using var host = new TestHost();
        string input = host.AddPdf("a.pdf");
        File.WriteAllText(host.PathOf(output), bytes);

        Assert.Equal(ExitCode.Usage, host.Run("ocr", input, "-o", host.PathOf(output)));
        Assert.Contains("--force", Assert.Single(host.ErrorLines), StringComparison.Ordinal);
        Assert.False(host.HasOpenedEngines);
        Assert.Equal(bytes, host.Read(output));

        Assert.Equal(ExitCode.Ok, host.Run("ocr", input, "-o", host.PathOf(output), "--force"));
        Assert.Equal("text of a\n", host.Read(output));
    }

    [Fact]
    public void An_existing_document_in_the_output_folder_is_replaced_only_by_force()
    {
        using var host = new TestHost();
        host.AddPdf("in/a.pdf");
        host.AddPdf("in/b.pdf");
        host.AddPdf("out/b.pdf.txt");

        Assert.Equal(ExitCode.Usage, host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out")));
        Assert.Equal(["in/a.pdf", "in/b.pdf", "out/b.pdf.txt"], host.Files());

        Assert.Equal(ExitCode.Ok, host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out"), "--force"));
        Assert.Equal("text of b\n", host.Read("out/b.pdf.txt"));
    }

    [Theory]
    [InlineData(ByCis, true)]
    [InlineData("%PDF-1.7\n<< /Producer(cis) >>", true)]
    [InlineData("%PDF-1.7\n<< /Producer (cisco) >>", false)]
    [InlineData("%PDF-1.7\n<< /Producer (A scanner) /Creator (cis ) >>", false)]
    [InlineData(ByCis + "\n5 0 obj\n<< /Producer (An editor) >>\nendobj", false)]
    public void A_pdf_that_cis_made_is_replaced_without_force(string bytes, bool isByCis)
    {
        using var host = new TestHost();
        File.WriteAllText(host.PathOf("out.pdf"), bytes);

        ExitCode code = host.Run("ocr", host.AddPdf("a.pdf"), "-o", host.PathOf("out.pdf"));

        Assert.Equal(isByCis ? ExitCode.Ok : ExitCode.Usage, code);
    }

    [Fact]
    public void The_producer_is_found_wherever_in_the_file_it_is()
    {
        using var host = new TestHost();
        // Across the end of the first chunk that is looked at.
        File.WriteAllText(host.PathOf("out.pdf"), "%PDF-1.7\n".PadRight((1 << 20) - 12) + "/Producer (cis 0.1.0)");

        Assert.Equal(ExitCode.Ok, host.Run("ocr", host.AddPdf("a.pdf"), "-o", host.PathOf("out.pdf")));
    }

    [Fact]
    public void A_text_of_an_earlier_run_is_replaced_though_it_speaks_of_pdf()
    {
        using var host = new TestHost();
        File.WriteAllText(host.PathOf("a.txt"), "A file begins with its version, such as\n%PDF-1.7\n");

        Assert.Equal(ExitCode.Ok, host.Run("ocr", host.AddPdf("a.pdf"), "-o", host.PathOf("a.txt")));

        Assert.Equal("text of a\n", host.Read("a.txt"));
    }

    [Fact]
    public void A_second_run_over_a_folder_with_its_own_outputs_reads_what_the_first_one_did()
    {
        foreach (string format in Formats)
        {
            using var host = new TestHost();
            host.AddPdf("in/a.pdf");
            host.AddPdf("in/sub/b");
            string[] run = ["ocr", host.PathOf("in"), "--format", format, "-o", host.PathOf("in")];

            Assert.Equal(ExitCode.Ok, host.Run(run));
            string[] first = host.Files();
            Assert.Equal(ExitCode.Ok, host.Run(run));

            Assert.Equal(4, first.Length);
            Assert.Equal(first, host.Files());
        }
    }

    [Theory]
    [InlineData("in/texts/a.pdf.pdf", "in/texts/")]
    [InlineData("in/old.pdf", "in/")]
    [InlineData("in/a.pdf.pdf", "out/")]
    [InlineData("in/all.pdf", "in/all.pdf")]
    public void A_pdf_that_cis_made_is_no_input_where_its_source_or_the_output_is(string own, string output)
    {
        using var host = new TestHost();
        host.AddPdf("in/a.pdf");
        File.WriteAllText(host.PathOf(AddFolderOf(host, own)), ByCis);

        ExitCode code = host.Run("ocr", host.PathOf("in"), "-o", host.PathOf(output));

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("1 read, 0 failed, 1 skipped (1 written by cis)", Assert.Single(host.ErrorLines));
    }

    [Fact]
    public void A_pdf_that_cis_made_is_an_input_elsewhere_and_where_it_is_named()
    {
        using var host = new TestHost();
        File.WriteAllText(host.PathOf(AddFolderOf(host, "in/made.pdf")), ByCis);

        Assert.Equal(ExitCode.Ok, host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out/")));
        Assert.Equal(ExitCode.Ok, host.Run("ocr", host.PathOf("in/made.pdf"), "-o", host.PathOf("in/")));

        Assert.Equal(["in/made.pdf", "in/made.pdf.txt", "out/made.pdf.txt"], host.Files());
    }

    [Fact]
    public void A_name_that_is_too_long_with_its_ending_fails_alone_before_it_is_read()
    {
        using var host = new TestHost();
        string name = new string('n', 251) + ".pdf";
        host.AddPdf("in/" + name);
        host.AddPdf("in/z.pdf");

        ExitCode code = host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out/"));

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Equal(2, host.ErrorLines.Length);
        Assert.Contains("would have 259 bytes", host.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal("1 read, 1 failed, 0 skipped", host.ErrorLines[1]);
        Assert.Equal("text of z\n", host.Read("out/z.pdf.txt"));
        Assert.Equal(ExitCode.OutputFailed, host.Run("ocr", host.PathOf("in/" + name), "-o", host.PathOf("out/")));
    }

    [Fact]
    public void Of_outputs_whose_places_are_taken_each_fails_alone()
    {
        using var host = new TestHost();
        host.AddPdf("in/a.pdf");
        host.AddPdf("in/sub/b.pdf");
        host.AddPdf("in/z.pdf");
        Directory.CreateDirectory(host.PathOf("out/a.pdf.txt"));
        File.WriteAllText(host.PathOf("out/sub"), "a file where a folder must be");

        ExitCode code = host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out/"));

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Equal("1 read, 2 failed, 0 skipped", host.ErrorLines[^1]);
        Assert.Equal("text of z\n", host.Read("out/z.pdf.txt"));
    }

    [Fact]
    public async Task A_pipe_is_written_into_and_stays_a_pipe()
    {
        using var host = new TestHost();
        string pipe = host.AddPipe("pipe");
        Task<string> reader = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Ok, host.Run("ocr", host.AddPdf("a.pdf"), "-o", pipe));

        Assert.Equal("text of a\n", await reader);
    }

    private static void AddLinked(TestHost host)
    {
        string scan = host.AddPdf("scan.pdf");
        Directory.CreateDirectory(host.PathOf("in"));
        File.CreateSymbolicLink(host.PathOf("symbolic.pdf"), scan);
        using var ln = System.Diagnostics.Process.Start("ln", [scan, host.PathOf("hard.pdf")]);
        ln.WaitForExit();
    }

    private static string AddFolderOf(TestHost host, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(host.PathOf(name))!);
        return name;
    }
}
