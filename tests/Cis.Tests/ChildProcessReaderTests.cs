using Cis.Configuration;
using Cis.Isolation;
using Cis.Pages;
using Cis.Reading;

namespace Cis.Tests;

/// <summary>With scripts in place of <c>cis ocr</c>; that itself is in tests/Cis.EndToEnd.</summary>
public sealed class ChildProcessReaderTests : IDisposable
{
    private const string Document = """
        {"path":"file","outcome":"partial","reason":"page 2: file is torn","mime_type":"application/pdf","page_count":2,
        "pages":[{"number":1,"outcome":"ok","source":"ocr","width":100,"height":200,"rotation":0,"unread_lines":4,"unread_share":0.3,"notes":["cut"],"text":"Grüße",
        "lines":[{"text":"Grüße","confidence":0.75}]},{"number":2,"outcome":"corrupt"}],"text":"Grüße"}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-child-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_the_process_read_is_taken_also_where_some_pages_failed()
    {
        // Its arguments end with: -o FILE.json FILE
        DocumentText text = await ReadAsync($"cat > \"$7\" <<'END'\n{Document}\nEND\nexit 3");

        Assert.Equal((Outcome.Partial, "application/pdf", 2), (text.Outcome, text.MimeType, text.PageCount));
        Assert.Equal([Outcome.Ok, Outcome.Corrupt], text.Pages.Select(page => page.Outcome));
        Assert.Equal("Grüße", text.Text);
        PageRemarks remarks = text.Pages[0].Text!.Remarks;
        Assert.Equal((4, 0.3f, "cut"), (remarks.UnreadLines, remarks.UnreadShare, Assert.Single(remarks.Notes)));
        Assert.Equal(0.75f, Assert.Single(text.Pages[0].Text!.Lines).Confidence);
    }

    [Fact]
    public async Task A_process_that_the_file_kills_is_a_crash_and_names_the_signal()
    {
        DocumentText text = await ReadAsync("kill -SEGV $$");

        Assert.Equal(Outcome.Crashed, text.Outcome);
        Assert.Contains("signal 11", text.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 130")]
    [InlineData("exit 143")]
    [InlineData("kill -TERM $$")]
    public async Task A_process_that_was_told_to_stop_says_nothing_against_the_file(string script) =>
        Assert.Equal(Outcome.Cancelled, (await ReadAsync(script)).Outcome);

    [Theory]
    [InlineData("echo 'cis: out of memory' >&2; exit 70")]
    [InlineData("echo '{\"outcome\":' > \"$7\"; echo 'cis: out of memory' >&2; exit 0")]
    [InlineData("echo '{\"outcome\":\"no such\"}' > \"$7\"; echo 'cis: out of memory' >&2; exit 0")]
    [InlineData("echo '[]' > \"$7\"; echo 'cis: out of memory' >&2; exit 0")]
    public async Task A_process_without_a_whole_document_is_a_crash_with_what_it_said(string script)
    {
        DocumentText text = await ReadAsync(script);

        Assert.Equal(Outcome.Crashed, text.Outcome);
        Assert.Contains("out of memory", text.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_hangs_is_ended_when_its_time_is_over()
    {
        DocumentText text = await ReadAsync("echo $$ > \"$7.pid\"; exec sleep 600", TimeSpan.FromSeconds(1));

        Assert.Equal(Outcome.TimedOut, text.Outcome);
        await AssertEndedAsync();
    }

    [Fact]
    public async Task A_process_is_ended_when_the_work_is_stopped()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ReadAsync("echo $$ > \"$7.pid\"; exec sleep 600", stop: stop.Token)
        );

        await AssertEndedAsync();
    }

    [Fact]
    public async Task Settings_go_by_variables_so_that_others_do_not_see_the_password()
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["CIS_PASSWORD"] = "hush",
            ["CIS_DPI"] = "150",
        };

        DocumentText text = await ReadAsync(
            "echo \"arguments: $*; $CIS_DPI $CIS_PASSWORD ($CIS_CONFIG)\" >&2; exit 70",
            variables: given
        );

        Assert.DoesNotContain("hush", text.Reason!.Split(';')[0], StringComparison.Ordinal);
        Assert.EndsWith("; 150 hush ()", text.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_environment_the_process_gets_nothing_but_settings_of_reading()
    {
        Environment.SetEnvironmentVariable("CIS_TEST_SECRET", "hush");

        DocumentText text = await ReadAsync("env >&2; exit 70");

        Assert.Contains(Variables.ParentProcess, text.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", text.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("HOME=", text.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inbox/scan.pdf", "named.pdf")]
    [InlineData("inbox/scan.JPEG", "named.JPEG")]
    [InlineData("inbox/a.p/../x", "file")]
    [InlineData("inbox/scan.p$f", "file")]
    [InlineData("inbox/scan.", "file")]
    [InlineData("inbox/scan.pdf0123456789", "file")]
    public async Task The_process_sees_the_ending_of_the_name_and_no_more_of_it(string name, string expected)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "file"), "the bytes", Stop);

        DocumentText text = await ReadAsync("echo \"$(basename \"$8\") $(cat \"$8\")\" >&2; exit 70", name: name);

        Assert.EndsWith($": {expected} the bytes", text.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_is_told_whom_to_end_with()
    {
        DocumentText text = await ReadAsync("echo \"$CIS_PARENT_PROCESS $PPID\" >&2; exit 70");

        Assert.EndsWith($": {Environment.ProcessId} {Environment.ProcessId}", text.Reason, StringComparison.Ordinal);
    }

    private Task<DocumentText> ReadAsync(
        string script,
        TimeSpan? limit = null,
        CancellationToken? stop = null,
        Dictionary<string, string>? variables = null,
        string name = "scan.pdf"
    )
    {
        string program = Path.Combine(_folder.FullName, "cis");
        File.WriteAllText(program, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var settings = SettingValues.Resolve(
            configPath: null,
            new Variables((variables ?? []).GetValueOrDefault, []),
            _ => null
        );
        var reader = new ChildProcessReader(program, settings, limit ?? TimeSpan.FromMinutes(1));
        return reader.ReadAsync(Path.Combine(_folder.FullName, "file"), name, stop ?? Stop);
    }

    private async Task AssertEndedAsync()
    {
        string process = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "file.json.pid"), Stop);
        string state = $"/proc/{process.Trim()}/stat";
        while (
            File.Exists(state) && !(await File.ReadAllTextAsync(state, Stop)).Contains(") Z ", StringComparison.Ordinal)
        )
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Stop);
        }
    }
}
