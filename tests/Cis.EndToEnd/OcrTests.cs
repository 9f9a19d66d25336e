using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Cis.EndToEnd;

/// <summary><c>cis ocr</c> as a user's shell runs it.</summary>
public sealed class OcrTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-ocr-");
    private readonly string _cis = Repository.PackedFile();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("scan.pdf", "lighthouse")]
    [InlineData("born-digital.pdf", "barometer")]
    [InlineData("photo.jpg", "orchard")]
    [InlineData("fax.tiff", "barometer")]
    [InlineData("japanese.png", "図書館")]
    public void A_sample_of_every_kind_is_read(string sample, string word)
    {
        var run = ProgramRun.Of(_cis, "ocr", Repository.Sample(sample));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(word, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_gives_each_page_with_source_lines_and_boxes()
    {
        ProgramRun run = Ocr("json", "mixed.pdf", "--pages", "1-2");

        JsonElement document = JsonDocument.Parse(run.Output).RootElement[0];
        JsonElement[] pages = [.. document.GetProperty("pages").EnumerateArray()];
        Assert.Equal("application/pdf", document.GetProperty("mime_type").GetString());
        Assert.Equal(3, document.GetProperty("page_count").GetInt32());
        Assert.Equal(["text-layer", "mixed"], pages.Select(page => page.GetProperty("source").GetString()));
        Assert.All(pages, page => Assert.NotEqual(0, page.GetProperty("lines").GetArrayLength()));
        Assert.All(pages, AssertBoxesInside);
    }

    [Fact]
    public void Ndjson_gives_one_line_per_file()
    {
        ProgramRun run = Ocr("ndjson", "photo.jpg", Repository.Sample("born-digital.pdf"));

        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["image/jpeg", "application/pdf"],
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("mime_type").GetString())
        );
    }

    [Theory]
    [InlineData("hocr", "photo.jpg")]
    [InlineData("alto", "photo.jpg")]
    [InlineData("hocr", "born-digital.pdf")]
    [InlineData("alto", "born-digital.pdf")]
    public void Xml_formats_are_well_formed_and_hold_the_paragraphs_of_the_text(string format, string sample)
    {
        string[] expected = [.. Ocr("text", sample).Output.Split("\n\n").Select(text => JoinWords(text.Split()))];

        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore };
        using var reader = XmlReader.Create(new StringReader(Ocr(format, sample).Output), settings);
        var document = XDocument.Load(reader);

        Assert.InRange(expected.Length, 3, 20);
        Assert.Equal(
            expected,
            document
                .Descendants()
                .Where(element => element.Name.LocalName == "TextBlock" || IsOfClass(element, "ocr_par"))
                .Select(paragraph => JoinWords(WordsOf(paragraph)))
        );
    }

    [Fact]
    public void Standard_input_is_read()
    {
        ProgramRun run = Shell("\"$1\" ocr - < \"$2\"", Repository.Sample("photo.jpg"));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("orchard", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_read_into_a_folder()
    {
        CopySample("born-digital.pdf", "in/a/one.pdf");
        CopySample("photo.jpg", "in/two.jpg");
        File.WriteAllText(PathOf("in/notes.txt"), "no document");

        var run = ProgramRun.Of(_cis, "ocr", PathOf("in"), "-o", PathOf("out/"));

        const string summary = "2 read, 0 failed, 1 skipped (1 of no type that cis reads)\n";
        Assert.Equal((0, "", summary), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(["a/one.pdf.txt", "two.jpg.txt"], FilesBelow("out"));
        Assert.Contains("barometer", File.ReadAllText(PathOf("out/a/one.pdf.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_utf8_is_read_from_the_command_line_and_from_a_folder()
    {
        const string script = """
            cd "$3" && mkdir in && name=$(printf 'caf\351.pdf') && cp "$2" "in/$name" && "$1" ocr "in/$name" -o "$name.txt" &&
            "$1" ocr in -o out/ && cmp "$name.txt" "out/$name.txt" && cat "$name.txt"; rm -r in out ./*.txt
            """;

        ProgramRun run = Shell(script, Repository.Sample("born-digital.pdf"));

        Assert.Equal((0, "1 read, 0 failed, 0 skipped\n"), (run.ExitCode, run.Error));
        Assert.Contains("barometer", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_program_writes_is_read_where_its_pipe_is_named()
    {
        ProgramRun run = Shell("cat \"$2\" | \"$1\" ocr /dev/fd/0", Repository.Sample("born-digital.pdf"));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("barometer", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_output_that_is_an_input_is_refused_before_it_grows()
    {
        CopySample("born-digital.pdf", "a.pdf");
        long length = new FileInfo(PathOf("a.pdf")).Length;

        ProgramRun run = Shell("\"$1\" ocr \"$2\" >> \"$2\"", PathOf("a.pdf"));

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(length, new FileInfo(PathOf("a.pdf")).Length);
    }

    [Fact]
    public void A_truncated_pdf_is_one_line_on_standard_error_and_the_next_file_is_read()
    {
        byte[] whole = File.ReadAllBytes(Repository.Sample("scan.pdf"));
        File.WriteAllBytes(PathOf("cut.pdf"), whole[..200]);

        var run = ProgramRun.Of(_cis, "ocr", PathOf("cut.pdf"), Repository.Sample("born-digital.pdf"));

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"cis: {PathOf("cut.pdf")}", Assert.Single(Lines(run.Error)), StringComparison.Ordinal);
        Assert.Contains("barometer", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_endless_nested_forms_is_one_line_on_standard_error_and_the_next_file_is_read()
    {
        string bomb = Path.Combine(_folder.FullName, "bomb.pdf");
        File.WriteAllText(bomb, NestedForms());

        var run = ProgramRun.Of(
            _cis,
            "ocr",
            bomb,
            "--max-page-memory",
            "200MiB",
            Repository.Sample("born-digital.pdf")
        );

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("barometer", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            $"cis: {bomb}: reading it takes more than the 200 MB of memory allowed for a page (max-page-memory)\n",
            run.Error
        );
    }

    [Fact]
    public void Exit_codes_tell_what_was_wrong()
    {
        File.WriteAllText(PathOf("plain.txt"), "no document");
        File.WriteAllText(PathOf("claims.pdf"), "%PDF-1.7\nand nothing more");
        string good = Repository.Sample("born-digital.pdf");

        Assert.Equal(2, ProgramRun.Of(_cis, "ocr").ExitCode);
        Assert.Equal(2, ProgramRun.Of(_cis, "ocr", good, "--dpi", "5").ExitCode);
        Assert.Equal(4, ProgramRun.Of(_cis, "ocr", PathOf("missing.pdf")).ExitCode);
        Assert.Equal(4, ProgramRun.Of(_cis, "ocr", good, "--pages", "9").ExitCode);
        Assert.Equal(6, ProgramRun.Of(_cis, "ocr", PathOf("plain.txt")).ExitCode);
        Assert.Equal(7, ProgramRun.Of(_cis, "ocr", PathOf("claims.pdf")).ExitCode);
        Assert.Equal(9, ProgramRun.Of(_cis, "ocr", good, "--max-pages", "1").ExitCode);
        Assert.Equal(11, ProgramRun.Of(_cis, "ocr", good, "-o", PathOf("no/such/folder.txt")).ExitCode);
    }

    [Fact]
    public void A_full_disk_is_told_from_a_fault_of_cis_and_a_full_log_changes_nothing()
    {
        string sample = Repository.Sample("born-digital.pdf");

        Assert.Equal(11, Shell("\"$1\" ocr \"$2\" > /dev/full", sample).ExitCode);
        Assert.Equal(11, Shell("\"$1\" help exit-codes > /dev/full", sample).ExitCode);
        Assert.Equal(4, Shell("\"$1\" ocr \"$2.missing\" 2> /dev/full", sample).ExitCode);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_leaves_no_partial_file(string signal, int exitCode)
    {
        string[] many = [.. Enumerable.Repeat(Repository.Sample("scan.pdf"), 50)];
        using RunningProgram cis = StartInterruptible(["ocr", .. many, "-o", PathOf("out.txt")]);
        WaitFor(() => FilesBelow("").Length > 0);

        cis.Signal(signal);

        Assert.Equal((exitCode, ""), cis.Wait());
        Assert.Empty(FilesBelow(""));
    }

    [Fact]
    public void A_signal_in_the_middle_of_a_page_leaves_only_whole_files()
    {
        string[] many = [.. Enumerable.Repeat(Repository.Sample("photo.jpg"), 50)];
        using RunningProgram cis = StartInterruptible(["ocr", .. many, "-o", PathOf("out/")]);
        WaitFor(() => FilesBelow("out").Length >= 2);

        cis.Signal("INT");

        Assert.Equal((130, ""), cis.Wait());
        string[] texts = [.. FilesBelow("out").Select(name => File.ReadAllText(PathOf("out/" + name)))];
        Assert.InRange(texts.Length, 2, 49);
        Assert.Single(texts.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void A_process_that_is_to_end_with_its_parent_does_so_when_that_is_killed()
    {
        // The pipe on its standard input, which it holds open itself, never ends.
        const string script = "mkfifo \"$2\"; exec 3<>\"$2\"; CIS_PARENT_PROCESS=$$ \"$1\" ocr - <&3 & echo $!; wait";
        using var parent = new RunningProgram("/bin/sh", "-c", script, "sh", _cis, PathOf("pipe"));
        string child = parent.Output.ReadLine()!;

        parent.Signal("KILL");

        WaitFor(() => HasEnded(child));
    }

    [Fact]
    public void A_process_whose_parent_died_before_it_began_does_nothing()
    {
        ProgramRun run = Shell("CIS_PARENT_PROCESS=0 \"$1\" ocr \"$2\"", Repository.Sample("born-digital.pdf"));

        Assert.Equal((143, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public void A_reader_that_has_gone_ends_the_run_without_complaint()
    {
        string[] many = [.. Enumerable.Repeat(Repository.Sample("photo.jpg"), 50)];
        using var cis = new RunningProgram(_cis, ["ocr", .. many]);
        cis.Output.Close();

        Assert.Equal((141, ""), cis.Wait());
    }

    [Fact]
    public void Two_runs_into_one_file_stand_one_behind_the_other()
    {
        string sample = Repository.Sample("born-digital.pdf");

        ProgramRun run = Shell($"(\"$1\" ocr \"$2\"; \"$1\" ocr \"$2\") > {PathOf("all.txt")}", sample);

        Assert.Equal(0, run.ExitCode);
        string once = ProgramRun.Of(_cis, "ocr", sample).Output;
        Assert.Equal(once + once, File.ReadAllText(PathOf("all.txt")));
    }

    [Fact]
    public void On_a_terminal_progress_is_drawn_and_wiped_away()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script (bsdutils), which makes a terminal, is missing.");
        string command = $"{_cis} ocr {Repository.Sample("scan.pdf")} -o {PathOf("out.txt")}";

        var run = ProgramRun.Of("/usr/bin/script", "-qec", command, "/dev/null");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"\d/3 pages  \d+\.\d pages/s", run.Output);
        Assert.EndsWith("\r\e[K", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scan.pdf")]
    [InlineData("photo.jpg")]
    [InlineData("fax.tiff")]
    [InlineData("japanese.png")]
    public void A_searchable_pdf_gives_the_text_that_was_read(string sample)
    {
        var made = ProgramRun.Of(_cis, "ocr", "--format", "pdf", Repository.Sample(sample), "-o", PathOf("out.pdf"));
        var read = ProgramRun.Of(_cis, "ocr", "--text-layer", "always", PathOf("out.pdf"));

        Assert.Equal((0, ""), (made.ExitCode, made.Error));
        Assert.Equal(Letters(Ocr("text", sample).Output), Letters(read.Output));
    }

    [Fact]
    public void A_searchable_pdf_goes_into_a_pipe_whole_and_to_no_terminal()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script (bsdutils), which makes a terminal, is missing.");
        string sample = Repository.Sample("photo.jpg");

        ProgramRun piped = Shell($"\"$1\" ocr --format pdf \"$2\" | cat > {PathOf("out.pdf")}", sample);
        var shown = ProgramRun.Of("/usr/bin/script", "-qec", $"{_cis} ocr --format pdf {sample}", "/dev/null");

        Assert.Equal(0, piped.ExitCode);
        Assert.EndsWith("%%EOF\n", File.ReadAllText(PathOf("out.pdf")), StringComparison.Ordinal);
        Assert.Equal(2, shown.ExitCode);
        Assert.Contains("not for a terminal", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM=xterm NO_COLOR=1", true)]
    [InlineData("TERM=dumb", false)]
    public void A_terminal_that_wants_no_escape_sequences_is_sent_none(string variables, bool hasProgress)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script (bsdutils), which makes a terminal, is missing.");
        string command = $"env {variables} {_cis} ocr -v {Repository.Sample("photo.jpg")} -o {PathOf("out.txt")}";

        var run = ProgramRun.Of("/usr/bin/script", "-qec", command, "/dev/null");

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain('\e', run.Output);
        Assert.Contains("photo.jpg: ok, 1 of 1 pages read", run.Output, StringComparison.Ordinal);
        Assert.Equal(hasProgress, run.Output.Contains("pages/s", StringComparison.Ordinal));
    }

    [Fact]
    public void Timing_says_when_the_engines_were_ready()
    {
        var run = ProgramRun.Of(_cis, "ocr", Repository.Sample("photo.jpg"), "--timing");

        Assert.Matches(@"(?m)^recognize +1 ", run.Error);
        Assert.Matches(@"models loaded in \d+\.\d ms", run.Error);
    }

    // The order of lines and the blanks between words are the reader's of the layer.
    // What a shell starts in the background ignores SIGINT, and so does all that it starts: these tests, too.
    private RunningProgram StartInterruptible(string[] arguments) =>
        new("/usr/bin/env", ["--default-signal=INT", _cis, .. arguments]);

    private static string Letters(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)).Order());

    private static IEnumerable<string> WordsOf(XElement paragraph) =>
        paragraph
            .Descendants()
            .Where(element => IsOfClass(element, "ocrx_word"))
            .Select(word => word.Value)
            .Concat(paragraph.Descendants().Attributes("CONTENT").Select(content => content.Value));

    private static string JoinWords(IEnumerable<string> words) => string.Join(' ', words.Where(word => word != ""));

    private static bool IsOfClass(XElement element, string name) => element.Attribute("class")?.Value == name;

    private ProgramRun Ocr(string format, string sample, params string[] more)
    {
        var run = ProgramRun.Of(_cis, ["ocr", "--format", format, Repository.Sample(sample), .. more]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    /// <summary>Runs a script that finds cis in $1, a sample in $2 and a folder of its own in $3.</summary>
    private ProgramRun Shell(string script, string sample) =>
        ProgramRun.Of("/bin/sh", "-c", script, "sh", _cis, sample, _folder.FullName);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void CopySample(string sample, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.Copy(Repository.Sample(sample), PathOf(name));
    }

    /// <summary>The paths of all files below a folder, hidden ones too; none if there is no such folder.</summary>
    private string[] FilesBelow(string name)
    {
        string folder = PathOf(name);
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .GetFiles(folder, "*", SearchOption.AllDirectories)
                    .Select(path => Path.GetRelativePath(folder, path))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    // Where nobody reaps what lost its parent, it stays as a zombie.
    private static bool HasEnded(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Limit));

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static void AssertBoxesInside(JsonElement page)
    {
        (int width, int height) = (page.GetProperty("width").GetInt32(), page.GetProperty("height").GetInt32());
        foreach (JsonElement line in page.GetProperty("lines").EnumerateArray())
        {
            foreach (JsonElement corner in line.GetProperty("box").EnumerateArray())
            {
                Assert.InRange(corner[0].GetDouble(), 0, width);
                Assert.InRange(corner[1].GetDouble(), 0, height);
            }
        }
    }

    /// <summary>A page whose form draws ten others, each of which draws ten, for ten levels. Its table is left to be rebuilt.</summary>
    private static string NestedForms()
    {
        const string form = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9]";
        IEnumerable<string> levels = Enumerable
            .Range(4, 10)
            .Select(number =>
                $"{number} 0 obj {form} /Resources << /XObject << /F {number + 1} 0 R >> >> /Length 60 >> stream\n"
                + string.Concat(Enumerable.Repeat("/F Do\n", 10))
                + "endstream endobj"
            );
        return $"""
            %PDF-1.7
            1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
            2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
            3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R
              /Resources << /XObject << /F 5 0 R >> >> >> endobj
            {string.Join('\n', levels)}
            14 0 obj {form} /Length 14 >> stream
            0 0 m 9 9 l S
            endstream endobj
            trailer << /Root 1 0 R >>
            """;
    }
}
