using Cis.Tests.Deploy;

namespace Cis.Tests;

/// <summary>Sources that are not C# are held to their style by Debian's tools; C# is by the build.</summary>
public sealed class SourceStyleTests
{
    private static readonly string[] Folders = ["src", "native", "tests", "deploy"];

    // What is built or fetched there.
    private static readonly string[] Ignored = ["bin", "obj", "node_modules"];

    // Another major version breaks other lines. Debian 12 and 13 both have this one.
    [Fact]
    public void Clang_format_would_change_nothing()
    {
        string[] files = [.. Find("*.c"), .. Find("*.h")];
        Assert.InRange(files.Length, 20, 500);

        AssertClean("clang-format-19", ["--dry-run", "-Werror", "-style=file", .. files]);
    }

    [Fact]
    public void Flake8_finds_nothing()
    {
        string[] files = [.. Find("*.py")];
        Assert.InRange(files.Length, 10, 500);

        AssertClean("flake8", ["--config", Repository.PathOf(".flake8"), .. files]);
    }

    [Fact]
    public void Shellcheck_finds_nothing()
    {
        string[] files = [Repository.PathOf("build.sh"), Repository.PathOf(".ci", "run"), .. Find("*.sh")];
        Assert.InRange(files.Length, 7, 500);

        AssertClean("shellcheck", files);
    }

    private static void AssertClean(string tool, string[] arguments)
    {
        (int exitCode, string output) = DebianTool.Require($"/usr/bin/{tool}").Run(arguments);

        Assert.True(exitCode == 0, output);
    }

    private static IEnumerable<string> Find(string pattern) =>
        Folders
            .SelectMany(folder =>
                Directory.EnumerateFiles(Repository.PathOf(folder), pattern, SearchOption.AllDirectories)
            )
            .Where(path => !path.Split('/').Intersect(Ignored, StringComparer.Ordinal).Any())
            .Order(StringComparer.Ordinal);
}
