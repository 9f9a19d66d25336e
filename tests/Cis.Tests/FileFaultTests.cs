using Cis.Pages;

namespace Cis.Tests;

/// <summary>Errors of files and folders are told in cis's words, with the right code.</summary>
public sealed class FileFaultTests : IDisposable
{
    private readonly TestHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(28, "no space is left")]
    [InlineData(122, "quota")]
    [InlineData(30, "read-only")]
    [InlineData(17, "a file is in its place")]
    [InlineData(20, "a part of its path is a file")]
    [InlineData(21, "it is a folder")]
    [InlineData(13, "permission denied")]
    [InlineData(2, "there is no such file or folder")]
    [InlineData(5, "EIO")]
    [InlineData(24, "ulimit -n")]
    [InlineData(40, "circle")]
    [InlineData(37, "No locks available")]
    public void Each_error_number_has_words_without_the_path(int number, string says)
    {
        string reason = FileFault.Describe(new IOException("No locks available : '/srv/x'", number));

        Assert.Contains(says, reason, StringComparison.Ordinal);
        Assert.DoesNotContain("/srv", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "contradict each other", "doctor", "--offline", "-q", "-v")]
    [InlineData(ExitCode.Usage, "contradict each other", "ocr", "FILE", "-q", "-v")]
    [InlineData(ExitCode.Usage, "contradict each other", "search", "word", "--quiet", "--verbose")]
    [InlineData(ExitCode.Usage, "cis worker takes no argument extra", "worker", "extra")]
    [InlineData(ExitCode.Usage, "cis config reference takes no argument x", "config", "reference", "x")]
    [InlineData(ExitCode.Usage, "the command: cis config show --config", "--config", "x", "config", "show")]
    [InlineData(ExitCode.Usage, "there is no option --bucket", "enqueue", "--bucket", "b", "--queue-url", "http://h/q")]
    [InlineData(ExitCode.Usage, "DIR is empty", "bake", "")]
    [InlineData(ExitCode.Usage, "cannot be read: it is a folder", "bench", "--compare", "/tmp")]
    [InlineData(ExitCode.Usage, "cannot be read: there is no such file", "bench", "--compare", "/nonexistent")]
    [InlineData(ExitCode.Usage, "cannot be read: it is a folder", "config", "show", "--config", "/tmp")]
    [InlineData(ExitCode.Usage, "a number of bytes above 0", "config", "show", "--scratch-bytes", "0")]
    [InlineData(
        ExitCode.OutputFailed,
        "/nonexistent/x cannot be written: there is no such",
        "bench",
        "FILE",
        "--svg",
        "/nonexistent/x"
    )]
    [InlineData(ExitCode.Missing, "FILE is a file, and --local takes a folder", "worker", "--local", "FILE", "--once")]
    public void A_wrong_command_line_ends_with_what_is_wrong(object code, string says, params string[] arguments)
    {
        string file = _host.AddPdf("ok.pdf");

        ExitCode ended = _host.Run([.. arguments.Select(one => one == "FILE" ? file : one)]);

        Assert.Contains(says.Replace("FILE", file, StringComparison.Ordinal), _host.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCode)code, ended);
        Assert.DoesNotContain("   at ", _host.Error, StringComparison.Ordinal);
    }
}
