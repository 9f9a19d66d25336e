using System.Text.RegularExpressions;

namespace Cis.Tests;

/// <summary>Names and namespaces of the sources, as a reader relies on them.</summary>
public sealed partial class NamespaceTests
{
    private static readonly (string Project, string Text)[] s_sources =
    [
        .. Directory
            .EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.PathOf("src"), path))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Select(path => (path.Split('/')[0], File.ReadAllText(Repository.PathOf("src", path)))),
    ];

    [Fact]
    public void No_two_projects_have_a_type_of_one_name()
    {
        // Each executable has one.
        string[] allowed = ["Program"];

        IEnumerable<string> twice = s_sources
            .SelectMany(source =>
                Type().Matches(source.Text).Select(match => (match.Groups["name"].Value, source.Project))
            )
            .Distinct()
            .GroupBy(type => type.Value, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key);

        Assert.Equal(allowed, twice);
    }

    [Fact]
    public void No_two_namespaces_need_each_other()
    {
        var uses = s_sources
            .SelectMany(source =>
                Using()
                    .Matches(source.Text)
                    .Select(match => (From: NameOf(source.Text), To: match.Groups["name"].Value))
            )
            .ToHashSet();

        Assert.NotEmpty(uses);
        Assert.DoesNotContain(uses, use => uses.Contains((use.To, use.From)));
    }

    private static string NameOf(string text) => Namespace().Match(text).Groups["name"].Value;

    [GeneratedRegex(
        @"^(?:(?:public|internal|static|sealed|abstract|partial|readonly|unsafe|ref) )+(?:class|struct|interface|enum|record struct|record|delegate \w+) (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Type();

    [GeneratedRegex(
        @"^using (?<name>Cis\.[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Using();

    [GeneratedRegex(
        @"^namespace (?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Namespace();
}
