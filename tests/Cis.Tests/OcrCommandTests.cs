using System.Text.Json;

namespace Cis.Tests;

public sealed class OcrCommandTests
{
    [Fact]
    public void Files_are_written_in_the_order_in_which_they_were_named()
    {
        using var host = new TestHost();
        string[] files = [.. Enumerable.Range(0, 12).Select(i => host.AddPdf($"file {(i * 7) % 12}.pdf"))];

        ExitCode code = host.Run(["ocr", .. files, "-o", host.PathOf("out.txt"), "--engines", "3"]);

        Assert.Equal(ExitCode.Ok, code);
        string[] expected = [.. Enumerable.Range(0, 12).Select(i => $"text of file {(i * 7) % 12}")];
        Assert.Equal(string.Join("\n\n", expected) + "\n", host.Read("out.txt"));
        Assert.Equal("", host.Error);
    }

    [Fact]
    public void A_bad_file_is_one_line_on_standard_error_and_the_others_are_read()
    {
        using var host = new TestHost();
        string bad = host.AddPdf("corrupt.pdf");

        ExitCode code = host.Run("ocr", host.AddPdf("a.pdf"), bad, host.AddPdf("z.pdf"), "-o", host.PathOf("out.txt"));

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Equal($"cis: {bad}: it is corrupt", Assert.Single(host.ErrorLines));
        Assert.Equal("text of a\n\ntext of z\n", host.Read("out.txt"));
    }

    [Theory]
    [InlineData("good.pdf", ExitCode.Ok)]
    [InlineData("partial.pdf", ExitCode.Partial)]
    [InlineData("accessDenied.pdf", ExitCode.AccessDenied)]
    [InlineData("unsupportedType.pdf", ExitCode.UnsupportedType)]
    [InlineData("corrupt.pdf", ExitCode.Corrupt)]
    [InlineData("encrypted.pdf", ExitCode.Encrypted)]
    [InlineData("tooLarge.pdf", ExitCode.TooLarge)]
    [InlineData("timedOut.pdf", ExitCode.TimedOut)]
    [InlineData("broken.pdf", ExitCode.Crashed)]
    public void A_single_files_outcome_is_the_exit_code(string name, object expected)
    {
        using var host = new TestHost();

        Assert.Equal(expected, host.Run("ocr", host.AddPdf(name), "-o", host.PathOf("out.txt")));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_once()
    {
        using var host = new TestHost();
        string missing = host.PathOf("missing.pdf");

        Assert.Equal(ExitCode.Missing, host.Run("ocr", missing, "-o", host.PathOf("out.txt")));

        string line = Assert.Single(host.ErrorLines);
        Assert.StartsWith($"cis: {missing}", line, StringComparison.Ordinal);
        Assert.Equal(
            line.IndexOf(missing, StringComparison.Ordinal),
            line.LastIndexOf(missing, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Of_a_partly_read_file_the_good_pages_are_written_and_the_bad_ones_named()
    {
        using var host = new TestHost();
        string file = host.AddPdf("partial.pdf");

        host.Run("ocr", file, "-o", host.PathOf("out.txt"));

        Assert.Equal("text of partial\n\ntext of partial\n", host.Read("out.txt"));
        Assert.Equal($"cis: {file}: page 2: its image is cut off", Assert.Single(host.ErrorLines));
    }

    [Fact]
    public void What_was_not_done_quite_as_asked_is_said_and_is_no_failure()
    {
        using var host = new TestHost();
        string file = host.AddPdf("huge.pdf");

        Assert.Equal(ExitCode.Ok, host.Run("ocr", file, "-o", host.PathOf("out.txt")));

        Assert.Equal($"cis: {file}: it was rendered smaller", Assert.Single(host.ErrorLines));
    }

    [Fact]
    public void Json_tells_of_failed_files_too()
    {
        using var host = new TestHost();

        host.Run(
            "ocr",
            host.AddPdf("encrypted.pdf"),
            host.PathOf("missing.pdf"),
            "--format",
            "json",
            "-o",
            host.PathOf("o")
        );

        JsonElement.ArrayEnumerator documents = JsonDocument.Parse(host.Read("o")).RootElement.EnumerateArray();
        Assert.Equal(
            ["encrypted", "object-missing"],
            documents.Select(document => document.GetProperty("outcome").GetString())
        );
    }

    [Fact]
    public void An_output_folder_gets_a_file_each_in_the_folders_of_the_inputs()
    {
        using var host = new TestHost();
        host.AddPdf("in/b.pdf");
        host.AddPdf("in/sub/a.pdf");
        host.AddPdf("in/sub/a.tif");
        host.AddPdf("in/encrypted.pdf");

        ExitCode code = host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out") + "/");

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Equal(
            ["out/b.pdf.txt", "out/sub/a.pdf.txt", "out/sub/a.tif.txt"],
            host.Files().Where(path => path.StartsWith("out", StringComparison.Ordinal))
        );
        Assert.Equal("text of a\n", host.Read("out/sub/a.pdf.txt"));
    }

    [Fact]
    public void Inputs_of_one_name_do_not_write_over_each_other()
    {
        using var host = new TestHost();

        host.Run("ocr", host.AddPdf("x/a.pdf"), host.AddPdf("y/a.pdf"), "-o", host.PathOf("out/"));

        Assert.Equal(
            ["out/a-2.pdf.txt", "out/a.pdf.txt"],
            host.Files().Where(path => path.StartsWith("out", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Nothing_is_left_of_an_output_in_which_there_would_be_nothing()
    {
        using var host = new TestHost();
        host.AddPdf("encrypted.pdf");
        File.WriteAllText(host.PathOf("old.txt"), "from an earlier run");

        host.Run("ocr", host.PathOf("encrypted.pdf"), "-o", host.PathOf("old.txt"));

        Assert.Equal(["encrypted.pdf", "old.txt"], host.Files());
        Assert.Equal("from an earlier run", host.Read("old.txt"));
    }

    [Fact]
    public void An_output_that_cannot_be_written_is_said_before_anything_is_read()
    {
        using var host = new TestHost();

        ExitCode code = host.Run("ocr", host.AddPdf("a.pdf"), "-o", host.PathOf("missing/out.txt"));

        Assert.Equal(ExitCode.OutputFailed, code);
        Assert.Contains("missing/out.txt cannot be written", Assert.Single(host.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_read_as_a_file()
    {
        using var host = new TestHost { Input = "%PDF-1.7\n"u8.ToArray() };

        Assert.Equal(ExitCode.Ok, host.Run("ocr", "-", "--format", "ndjson", "-o", host.PathOf("out")));

        JsonElement document = JsonDocument.Parse(host.Read("out")).RootElement;
        Assert.Equal("-", document.GetProperty("path").GetString());
        Assert.Equal("application/pdf", document.GetProperty("mime_type").GetString());
    }

    [Fact]
    public void A_folder_without_documents_is_a_failure_that_is_said()
    {
        using var host = new TestHost();
        Directory.CreateDirectory(host.PathOf("empty"));

        Assert.Equal(ExitCode.Missing, host.Run("ocr", host.PathOf("empty")));

        Assert.Contains("holds no file of a type that cis reads", host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ocr")]
    [InlineData("ocr", "a.pdf", "--nonsense")]
    [InlineData("ocr", "a.pdf", "--pages", "0")]
    [InlineData("ocr", "a.pdf", "--dpi", "5")]
    [InlineData("ocr", "a.pdf", "--format", "docx")]
    [InlineData("ocr", "a.pdf", "--config", "/nowhere/cis.json")]
    [InlineData("ocr", "a.pdf", "b.pdf", "--format", "alto")]
    [InlineData("ocr", "a.pdf", "b.pdf", "--format", "pdf")]
    [InlineData("ocr", "a.pdf", "b.pdf", "--format", "pdf", "-o", "both.pdf")]
    [InlineData("nonsense")]
    public void A_wrong_command_line_is_refused_before_anything_is_read(params string[] arguments)
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Usage, host.Run(arguments));

        Assert.StartsWith("cis: ", host.Error, StringComparison.Ordinal);
        Assert.False(host.HasOpenedEngines);
    }

    [Fact]
    public void Timing_names_the_stages_and_the_time_the_models_took()
    {
        using var host = new TestHost();

        host.Run("ocr", host.AddPdf("a.pdf"), "--timing", "-o", host.PathOf("out.txt"));

        Assert.Matches(@"(?m)^stage +count +mean ms +p50 ms +p95 ms +share$", host.Error);
        Assert.Matches(@"(?m)^detect +1 +10\.\d +\d+\.\d +\d+\.\d +\d+\.\d %$", host.Error);
        Assert.Contains("models loaded in 123.0 ms", host.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("help")]
    [InlineData("--help")]
    public void Asked_for_nothing_or_for_help_cis_names_its_commands(params string[] arguments)
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Ok, host.Run(arguments));

        Assert.Matches(@"(?m)^ +ocr <PATH> ", host.Out);
    }

    [Fact]
    public void Help_has_examples_and_every_setting()
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Ok, host.Run("ocr", "--help"));

        Assert.Contains("cis ocr inbox/ -o texts/", host.Out, StringComparison.Ordinal);
        Assert.All(
            Configuration.Settings.OfReading,
            setting => Assert.Contains(setting.Flag, host.Out, StringComparison.Ordinal)
        );
    }
}
