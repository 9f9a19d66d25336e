using System.Diagnostics;

namespace Cis.Tests;

/// <summary>The scripts in the shells they are for, as far as those are on this machine; bash is.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TestHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("cis oc", "ocr")]
    [InlineData("cis dlq ", "status peek redrive purge --help -h")]
    [InlineData("cis ocr --kern", "--kernels")]
    [InlineData("cis ocr --kernels ", "on avx512 avxvnni avx2 off")]
    [InlineData("cis ocr --format js", "json")]
    [InlineData("cis dlq peek --lim", "--limit")]
    public void Bash_completes_commands_options_and_values(string line, string expected)
    {
        string words = string.Join(' ', line.Split(' ').Select(word => $"'{word}'"));

        string completed = Run(
            "bash",
            $"source {Script("bash")}; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _cis; echo \"${{COMPREPLY[*]}}\""
        );

        Assert.Equal(expected, completed.Trim());
    }

    [Fact]
    public void Bash_completes_files_where_a_command_takes_them()
    {
        string file = _host.AddPdf("invoice.pdf");
        string begin = file[..^5];

        string completed = Run(
            "bash",
            $"source {Script("bash")}; COMP_WORDS=(cis ocr '{begin}'); COMP_CWORD=2; _cis; echo \"${{COMPREPLY[*]}}\""
        );

        Assert.Equal(file, completed.Trim());
    }

    [Theory]
    [InlineData("cis oc", "ocr\t")]
    [InlineData("cis dlq pe", "peek\t")]
    [InlineData("cis ocr --format al", "alto\t")]
    public void Fish_completes_commands_and_values(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/fish"), "fish is not on this machine");

        Assert.StartsWith(
            expected,
            Run("fish", $"source {Script("fish")}; complete -C '{line}'"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Zsh_takes_the_script()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh"), "zsh is not on this machine");

        string functions = Run(
            "zsh",
            $"autoload -Uz compinit; compinit -D; source {Script("zsh")}; print $_comps[cis]; whence -w _cis_dlq_peek"
        );

        Assert.Equal("_cis\n_cis_dlq_peek: function\n", functions);
    }

    [Fact]
    public void The_manual_names_every_command_option_and_exit_code()
    {
        string page = Manual().Replace("\\-", "-", StringComparison.Ordinal);

        Assert.StartsWith(".TH CIS 1 ", page, StringComparison.Ordinal);
        Assert.All(
            [".SS cis dlq peek", "\\fB--kernels\\fR", ".B 141", "\\fB-o\\fR, \\fB--output\\fR", "[default: 10]"],
            part => Assert.Contains(part, page, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("ocr")]
    [InlineData("worker")]
    [InlineData("dlq redrive")]
    public void The_manual_has_the_headings_of_the_help_in_its_order(string command)
    {
        string page = Manual();
        int begin = page.IndexOf($".SS cis {command}\n", StringComparison.Ordinal);
        string section = page[begin..page.IndexOf("\n.S", begin + 1, StringComparison.Ordinal)];
        using var help = new TestHost();
        help.Run([.. command.Split(' '), "--help"]);

        string[] inManual =
        [
            .. section
                .Split('\n')
                .Where(line => line.StartsWith(".B ", StringComparison.Ordinal))
                .Select(line => line[3..]),
        ];

        string[] notRows = ["Description", "Usage", "Examples"];
        string[] inHelp =
        [
            .. help
                .Out.Split('\n')
                .Where(line => line.EndsWith(':') && !line.StartsWith(' '))
                .Select(line => line[..^1])
                .Except(notRows, StringComparer.Ordinal),
        ];
        Assert.NotEmpty(inHelp);
        Assert.Equal(inHelp, inManual);
    }

    [Fact]
    public void The_manual_has_the_examples_of_each_command_once()
    {
        string page = Manual();

        Assert.Equal(2, page.Split("cis dlq redrive \\-\\-dry\\-run").Length);
    }

    [Fact]
    public void Groff_takes_the_manual_without_a_warning()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "groff is not on this machine");
        string path = _host.PathOf("cis.1");
        File.WriteAllText(path, Manual());

        string shown = Run("bash", $"groff -ww -man -Tutf8 -P-cbou '{path}'");

        Assert.Contains("Queue and store", shown, StringComparison.Ordinal);
    }

    private string Manual()
    {
        bool hasPayload = Directory.Exists(Environment.GetEnvironmentVariable("CIS_PAYLOAD_DIR"));
        Assert.SkipUnless(hasPayload, "CIS_PAYLOAD_DIR names no payload: run ./build.sh test.");
        _host.Run("completion", "man");
        return _host.Out;
    }

    private string Script(string shell)
    {
        _host.Run("completion", shell);
        string path = _host.PathOf($"cis.{shell}");
        File.WriteAllText(path, _host.Out);
        return path;
    }

    private static string Run(string shell, string command)
    {
        var start = new ProcessStartInfo(shell, ["-c", command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", errors.Result);
        return output;
    }
}
