using System.Text.RegularExpressions;

namespace Cis.Tests;

/// <summary>What a reader of the documentation follows is there.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages =>
        [
            .. Directory
                .GetFiles(Repository.PathOf("."), "*.md")
                .Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md"))
                .Append(Repository.PathOf("deploy", "README.md"))
                .Select(path => Path.GetRelativePath(Repository.PathOf("."), path))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_to_files_and_headings(string page)
    {
        string path = Repository.PathOf(page);

        Assert.All(
            Link().Matches(File.ReadAllText(path)),
            link =>
            {
                string[] parts = link.Groups["target"].Value.Split('#');
                string target = parts[0].Length == 0 ? path : Path.GetFullPath(parts[0], Path.GetDirectoryName(path)!);
                Assert.True(Path.Exists(target), $"{page} has a link to {parts[0]}, which is not there");
                Assert.True(
                    parts.Length == 1 || Anchors(target).Contains(parts[1]),
                    $"{page} has a link to {link.Value}, and there is no such heading"
                );
            }
        );
    }

    [Fact]
    public void The_first_page_is_short() =>
        Assert.InRange(File.ReadLines(Repository.PathOf("README.md")).Count(), 20, 110);

    [Fact]
    public void Every_page_of_the_documentation_is_found_from_the_first() =>
        Assert.All(
            Directory.GetFiles(Repository.PathOf("docs"), "*.md").Select(path => Path.GetFileName(path)),
            page =>
                Assert.Contains(
                    Pages.Select(row => Repository.PathOf(row.Data)).Where(path => Path.GetFileName(path) != page),
                    other => File.ReadAllText(other).Contains(page, StringComparison.Ordinal)
                )
        );

    // As GitHub makes them: lower case, without punctuation, hyphens for spaces.
    private static HashSet<string> Anchors(string path) =>
        [
            .. File.ReadLines(path)
                .Where(line => line.StartsWith('#'))
                .Select(line => NoWord().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-')),
        ];

    // Not to the web, and not in code.
    [GeneratedRegex(
        @"\[[^\]\n]*\]\((?<target>(?!https?:|mailto:)[^)\s`]+)\)",
        RegexOptions.None,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NoWord();
}
