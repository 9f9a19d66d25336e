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
        bool hasPayload = Directory.Exists(Environment.GetEnvironmentVariable("CIS_PAYLOAD_DIR"));
        Assert.SkipUnless(hasPayload, "CIS_PAYLOAD_DIR names no payload: run ./build.sh test.");
        _host.Run("completion", "man");
        string page = _host.Out.Replace("\\-", "-", StringComparison.Ordinal);

        Assert.StartsWith(".TH CIS 1 ", page, StringComparison.Ordinal);
        Assert.All(
            [".SS cis dlq peek", "\\fB--kernels\\fR", ".B 141", "\\fB--output, -o\\fR"],
            part => Assert.Contains(part, page, StringComparison.Ordinal)
        );
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
