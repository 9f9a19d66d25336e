using System.Text.Json;
using Cis.Files;

namespace Cis.Tests;

/// <summary>What <c>cis ocr</c> takes from folders, lists and pipes.</summary>
public sealed class OcrInputTests
{
    // As a path has it: the byte E9 of Latin-1.
    private const string Latin1 = "caf\uDCE9";

    [Fact]
    public void In_a_folder_bytes_or_names_tell_what_is_a_document()
    {
        using var host = new TestHost();
        host.AddPdf("in/corrupt.pdf");
        host.AddPdf("in/no ending");
        host.AddPdf("in/really.txt");
        File.WriteAllText(host.PathOf("in/empty.pdf"), "");
        File.WriteAllText(host.PathOf("in/notes.txt"), "about\n%PDF-1.7\n");
        File.WriteAllText(host.PathOf("in/notes"), "no document");
        File.CreateSymbolicLink(host.PathOf("in/gone.pdf"), "nowhere");

        ExitCode code = host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out/"));

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Equal(
            [
                $"cis: {host.PathOf("in/corrupt.pdf")}: it is corrupt",
                $"cis: {host.PathOf("in/empty.pdf")} is empty.",
                $"cis: {host.PathOf("in/gone.pdf")}: there is no such file.",
                "2 read, 3 failed, 2 skipped (2 of no type that cis reads)",
            ],
            host.ErrorLines
        );
        Assert.Equal("text of no ending\n", host.Read("out/no ending.txt"));
        Assert.Equal("text of really\n", host.Read("out/really.txt.txt"));
    }

    [Fact]
    public void Pipes_in_a_folder_are_never_opened()
    {
        using var host = new TestHost();
        host.AddPdf("in/b.pdf");
        host.AddPipe("in/a.pdf");
        host.AddPipe("in/pipe");

        Assert.Equal(ExitCode.Ok, host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out/")));

        Assert.Equal("1 read, 0 failed, 2 skipped (2 no regular file)", Assert.Single(host.ErrorLines));
    }

    [Fact]
    public async Task A_pipe_that_is_named_is_read_to_its_end()
    {
        using var host = new TestHost();
        string pipe = host.AddPipe("pipe");
        var writer = Task.Run(() => File.WriteAllText(pipe, "%PDF-1.7\n%%EOF"), TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Ok, host.Run("ocr", pipe, "-o", host.PathOf("out.txt")));

        await writer;
        Assert.Equal("text of pipe\n", host.Read("out.txt"));
    }

    [Fact]
    public void A_pipe_that_nobody_writes_into_is_given_up()
    {
        using var host = new TestHost();
        using var pipe = new PipeStream(
            FileCalls.Open(host.AddPipe("pipe"), FileCalls.ReadOnly | FileCalls.NonBlocking),
            writerTimeout: TimeSpan.FromMilliseconds(20),
            limit: TimeSpan.FromMinutes(1)
        );

        TimeoutException timeout = Assert.Throws<TimeoutException>(() => pipe.Read(new byte[10]));

        Assert.Contains("nobody wrote", timeout.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_whose_writer_hangs_is_given_up()
    {
        using var host = new TestHost();
        using var pipe = new PipeStream(
            FileCalls.Open(host.AddPipe("pipe"), FileCalls.ReadOnly | FileCalls.NonBlocking),
            writerTimeout: TimeSpan.FromMinutes(1),
            limit: TimeSpan.FromMilliseconds(20)
        );
        using FileStream writer = File.OpenWrite(host.PathOf("pipe"));

        TimeoutException timeout = Assert.Throws<TimeoutException>(() => pipe.Read(new byte[10]));

        Assert.Contains("file-seconds", timeout.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_not_opened_though_it_is_named()
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.UnsupportedType, host.Run("ocr", "/dev/zero", "-o", host.PathOf("out.txt")));

        Assert.Contains("device", Assert.Single(host.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\0")]
    public void A_list_is_parted_by_lines_or_by_nuls(string end)
    {
        using var host = new TestHost();
        string[] paths = [host.AddPdf("a b.pdf"), host.AddPdf("é.pdf"), host.AddPdf("-c.pdf")];
        File.WriteAllText(host.PathOf("list"), string.Join(end, paths) + end + end);

        ExitCode code = host.Run("ocr", "--files-from", host.PathOf("list"), "-o", host.PathOf("out.txt"));

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("text of a b\n\ntext of é\n\ntext of -c\n", host.Read("out.txt"));
        Assert.Equal("3 read, 0 failed, 0 skipped", Assert.Single(host.ErrorLines));
    }

    [Fact]
    public void A_name_in_a_list_parted_by_nuls_may_have_line_ends()
    {
        using var host = new TestHost();
        string list = host.AddPdf("a\nb.pdf") + "\0";
        File.WriteAllText(host.PathOf("list"), list);

        Assert.Equal(ExitCode.Ok, host.Run("ocr", "--files-from", host.PathOf("list"), "-o", host.PathOf("out.txt")));

        Assert.Equal("text of a\nb\n", host.Read("out.txt"));
    }

    [Fact]
    public void A_list_may_come_on_standard_input_and_stand_beside_paths()
    {
        using var host = new TestHost();
        string[] paths = [host.AddPdf("a.pdf"), host.AddPdf("in/b.pdf")];
        using var listing = new TestHost { Input = System.Text.Encoding.UTF8.GetBytes(host.PathOf("in") + "\n") };

        ExitCode code = listing.Run("ocr", paths[0], "--files-from", "-", "-o", listing.PathOf("out.txt"));

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("text of a\n\ntext of b\n", listing.Read("out.txt"));
    }

    [Fact]
    public void An_empty_list_is_nothing_to_do()
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Ok, host.Run("ocr", "--files-from", "-", "-o", host.PathOf("out.txt")));

        Assert.Equal("0 read, 0 failed, 0 skipped", Assert.Single(host.ErrorLines));
        Assert.Empty(host.Files());
    }

    [Theory]
    [InlineData("--files-from", "/nowhere/list")]
    [InlineData("--files-from", "/")]
    [InlineData("--files-from", "-", "-")]
    [InlineData("a.pdf", "--skip-existing")]
    [InlineData("a.pdf", "-x.pdf")]
    public void What_cannot_be_meant_is_refused(params string[] arguments)
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Usage, host.Run(["ocr", .. arguments]));

        Assert.False(host.HasOpenedEngines);
    }

    [Fact]
    public void Behind_two_dashes_every_argument_is_a_path()
    {
        using var host = new TestHost();

        ExitCode code = host.Run("ocr", "-o", host.PathOf("out.txt"), "--", "-x.pdf", "--force");

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Equal(["cis: -x.pdf: there is no such file.", "cis: --force: there is no such file."], host.ErrorLines);
    }

    [Fact]
    public void A_name_with_an_at_sign_is_no_list_of_arguments()
    {
        using var host = new TestHost();

        Assert.Equal(ExitCode.Missing, host.Run("ocr", "@x.pdf", "-o", host.PathOf("out.txt")));

        Assert.Equal("cis: @x.pdf: there is no such file.", Assert.Single(host.ErrorLines));
    }

    [Fact]
    public void A_file_that_has_its_output_can_be_skipped()
    {
        using var host = new TestHost();
        host.AddPdf("in/a.pdf");
        host.AddPdf("in/encrypted.pdf");
        string[] run = ["ocr", host.PathOf("in"), "-o", host.PathOf("out/"), "--skip-existing"];
        host.Run(run);
        File.WriteAllText(host.PathOf("out/a.pdf.txt"), "as it was");
        host.AddPdf("in/b.pdf");

        ExitCode code = host.Run(run);

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Equal("1 read, 1 failed, 1 skipped (1 with an output)", host.ErrorLines[^1]);
        Assert.Equal("as it was", host.Read("out/a.pdf.txt"));
        Assert.Equal("text of b\n", host.Read("out/b.pdf.txt"));
    }

    [Fact]
    public void Where_all_is_done_nothing_is_read_and_all_is_well()
    {
        using var host = new TestHost();
        string[] run = ["ocr", host.AddPdf("a.pdf"), "-o", host.PathOf("out.txt"), "--skip-existing"];
        host.Run(run);
        File.WriteAllText(host.PathOf("out.txt"), "as it was");

        Assert.Equal(ExitCode.Ok, host.Run(run));

        Assert.Equal("as it was", host.Read("out.txt"));
    }

    [Fact]
    public void Quiet_leaves_nothing_but_failures_on_standard_error()
    {
        using var host = new TestHost();
        host.AddPdf("in/corrupt.pdf");
        host.AddPdf("in/huge.pdf");

        host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out/"), "-q");

        Assert.Equal($"cis: {host.PathOf("in/corrupt.pdf")}: it is corrupt", Assert.Single(host.ErrorLines));
    }

    [Fact]
    public void The_summary_tells_files_that_were_read_in_part()
    {
        using var host = new TestHost();
        host.AddPdf("in/partial.pdf");
        host.AddPdf("in/z.pdf");

        Assert.Equal(ExitCode.SomeFailed, host.Run("ocr", host.PathOf("in"), "-o", host.PathOf("out/")));

        Assert.Equal("2 read (1 of them in part), 0 failed, 0 skipped", host.ErrorLines[^1]);
    }

    [Fact]
    public void A_name_that_is_not_utf8_is_read_named_or_found_and_its_output_has_the_same_bytes()
    {
        using var host = new TestHost();
        string file = host.AddPdfByBytes($"{Latin1}/{Latin1}.pdf");
        string output = host.PathOf($"out{Latin1}") + "/";

        Assert.Equal(ExitCode.Ok, host.Run("ocr", file, "-o", host.PathOf("out.txt")));
        Assert.Equal(ExitCode.Ok, host.Run("ocr", host.PathOf(Latin1), "-o", output));

        Assert.Equal("text of caf\\xE9\n", host.Read("out.txt"));
        Assert.Equal([$"{Latin1}.pdf.txt"], FileCalls.NamesIn(output));
        RemoveByBytes(host, file, output);
    }

    [Fact]
    public void In_messages_and_json_a_name_that_is_not_utf8_is_written_by_its_bytes()
    {
        using var host = new TestHost();

        host.Run("ocr", host.PathOf(Latin1), "--format", "ndjson", "-o", host.PathOf("out"));

        string shown = host.PathOf(@"caf\xE9");
        Assert.Equal($"cis: {shown}: there is no such file.", Assert.Single(host.ErrorLines));
        JsonElement document = JsonDocument.Parse(host.Read("out")).RootElement;
        Assert.Equal(shown, document.GetProperty("path").GetString());
        Assert.Contains(shown, document.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    // .NET does not remove what it cannot name.
    private static void RemoveByBytes(TestHost host, string file, string output)
    {
        using var rm = System.Diagnostics.Process.Start("/bin/sh", ["-c", "rm -r \"$0\"/*caf*", host.PathOf("")]);
        rm.WaitForExit();
        Assert.Null(FileFacts.Of(file));
        Assert.Null(FileFacts.Of(output));
    }
}
