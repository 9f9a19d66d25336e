using Cis.Terminal;

namespace Cis.Tests;

public sealed class TerminalTests
{
    [Fact]
    public void Progress_shows_pages_rate_and_time_left()
    {
        var progress = new Progress(Files: 1, FilesOpened: 1, PagesFound: 50, PagesRead: 12, TimeSpan.FromSeconds(6));

        string line = ProgressLine.Draw(progress, width: 80);

        Assert.Equal("[#######-----------------------] 12/50 pages  2.0 pages/s  0:19 left", line);
    }

    [Fact]
    public void Files_not_yet_opened_are_expected_to_be_as_long_as_the_others()
    {
        var progress = new Progress(Files: 10, FilesOpened: 4, PagesFound: 8, PagesRead: 8, TimeSpan.FromSeconds(4));

        Assert.Equal(20, progress.PagesExpected);
        Assert.Equal(TimeSpan.FromSeconds(6), progress.Left);
        Assert.Contains("8/~20 pages", ProgressLine.Draw(progress, width: 80), StringComparison.Ordinal);
    }

    [Fact]
    public void Before_the_first_page_there_is_no_time_left_to_tell() =>
        Assert.Equal(
            "[------------------------------] 0/~0 pages  0.0 pages/s",
            ProgressLine.Draw(new Progress(3, 0, 0, 0, TimeSpan.FromSeconds(1)), width: 80)
        );

    [Theory]
    [InlineData(60)]
    [InlineData(30)]
    [InlineData(10)]
    [InlineData(1)]
    public void A_narrow_terminal_gets_a_line_that_does_not_wrap(int width)
    {
        var progress = new Progress(1, 1, 5000, 1234, TimeSpan.FromSeconds(600));

        Assert.InRange(ProgressLine.Draw(progress, width).Length, 0, width - 1);
    }

    [Fact]
    public void A_line_for_a_person_goes_above_the_status_line()
    {
        using var writer = new StringWriter();
        var error = new ErrorOutput(writer, isTerminal: true, noColor: "1");

        error.ShowStatus("[##--]");
        error.Complain("a.pdf: it is corrupt");
        error.ShowStatus("");

        Assert.Equal("[##--]\r\e[Kcis: a.pdf: it is corrupt\n[##--]\r\e[K", writer.ToString());
    }

    [Fact]
    public void Color_is_for_terminals_that_do_not_refuse_it()
    {
        Assert.Contains('\e', Complaint(isTerminal: true, noColor: null));
        Assert.Contains('\e', Complaint(isTerminal: true, noColor: ""));
        Assert.DoesNotContain('\e', Complaint(isTerminal: true, noColor: "1"));
        Assert.DoesNotContain('\e', Complaint(isTerminal: false, noColor: null));
    }

    [Fact]
    public void Without_a_terminal_there_is_no_status_line()
    {
        using var writer = new StringWriter();

        new ErrorOutput(writer, isTerminal: false, noColor: null).ShowStatus("[##--]");

        Assert.Equal("", writer.ToString());
    }

    [Fact]
    public void A_files_name_cannot_break_the_line_or_reach_the_terminal()
    {
        using var writer = new StringWriter();

        new ErrorOutput(writer, isTerminal: false, noColor: null).Complain("a\nb\e[31m.pdf: bad");

        Assert.Equal("cis: a?b?[31m.pdf: bad\n", writer.ToString());
    }

    [Theory]
    [InlineData("\u202Efdp.exe", "?fdp.exe")]
    [InlineData("\u2066a\u2069", "?a?")]
    [InlineData("a\u2028b\u2029c\u0085d", "a?b?c?d")]
    [InlineData("\uFEFFa\u200Fb\u061Cc", "?a?b?c")]
    [InlineData("\U000E0041x", "?x")]
    [InlineData("請求書 é \U0001F469\u200D\U0001F680.pdf", "請求書 é \U0001F469\u200D\U0001F680.pdf")]
    public void Nothing_in_a_name_turns_round_or_breaks_the_line(string name, string shown) =>
        Assert.Equal(shown, TerminalText.OneLine(name));

    [Fact]
    public void What_is_no_utf8_in_a_name_is_shown_by_its_bytes()
    {
        Assert.Equal(@"caf\xE9.pdf", TerminalText.OneLine("caf\uDCE9.pdf"));
        Assert.Equal("\uFFFDx", TerminalText.OneLine("\uD800x"));
    }

    [Fact]
    public void What_a_status_line_shows_cannot_reach_the_terminal_either()
    {
        using var writer = new StringWriter();

        new ErrorOutput(writer, isTerminal: true, noColor: "1").ShowStatus("at a\nb\e[2J.pdf");

        Assert.Equal("at a?b?[2J.pdf", writer.ToString());
    }

    [Fact]
    public void What_is_said_onto_a_full_disk_ends_nothing()
    {
        using var full = new FullDisk();
        var error = new ErrorOutput(full, isTerminal: true, noColor: null);

        error.ShowStatus("[##--]");
        error.Complain("a.pdf: it is corrupt");
        error.WithoutStatus(() => error.WriteLine("x"));

        Assert.NotEqual(0, full.Refused);
    }

    private static string Complaint(bool isTerminal, string? noColor)
    {
        using var writer = new StringWriter();
        new ErrorOutput(writer, isTerminal, noColor).Complain("x");
        return writer.ToString();
    }

    private sealed class FullDisk : StringWriter
    {
        public int Refused { get; private set; }

        public override void Write(string? value)
        {
            Refused++;
            throw new IOException("No space left on device");
        }
    }
}
