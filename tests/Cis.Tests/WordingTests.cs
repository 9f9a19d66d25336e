using System.Text.RegularExpressions;

namespace Cis.Tests;

/// <summary>
/// What people read is in American spelling and in the words of docs/terms.md: documentation, help, log texts, comments
/// and names. All of them stand in files, which are searched for words of another kind.
/// </summary>
public sealed partial class WordingTests
{
    private static readonly string[] Folders = ["src", "native", "docs", "deploy"];

    private static readonly string[] Extensions = [".cs", ".c", ".h", ".py", ".sh", ".md", ".yaml", ".json", ".hcl"];

    // Letters of languages, copied; and the page that says which words are not used.
    private static readonly string[] Ignored = ["CldrTable.cs", "terms.md"];

    public static TheoryData<string> Files =>
        [
            .. Folders
                .Select(folder => Repository.PathOf(folder))
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                .Concat(Directory.EnumerateFiles(Repository.PathOf("."), "*.md"))
                .Append(Repository.PathOf("build.sh"))
                .Where(path => Extensions.Contains(Path.GetExtension(path), StringComparer.Ordinal))
                .Where(path => !Ignored.Contains(Path.GetFileName(path), StringComparer.Ordinal))
                .Select(path => Path.GetRelativePath(Repository.PathOf("."), path))
                .Where(path => !path.Split('/').Any(part => part is "bin" or "obj"))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void Words_are_those_of_an_american_engineer()
    {
        string[] files = [.. Files.Select(row => row.Data)];
        Assert.InRange(files.Length, 500, 5000);

        Assert.Equal([], files.SelectMany(Findings));
    }

    [Theory]
    [InlineData("the colour of a page", "colour")]
    [InlineData("isColoured", "Colour")]
    [InlineData("what is recognised", "recognis")]
    [InlineData("two centimetres", "centimetres")]
    [InlineData("the message is given back", "given back")]
    [InlineData("messages in hand", "in hand")]
    [InlineData("it is read anew", "anew")]
    [InlineData("Operation(\"colourspace\")", "")]
    [InlineData("otherwise, four hours, a promise, precise noise, parameters, diameter, an analysis", "")]
    [InlineData("index-patience-seconds", "")]
    public void A_word_is_found_wherever_it_stands(string text, string found) =>
        Assert.Equal(found, Refused().Match(text).Value);

    private static IEnumerable<string> Findings(string file)
    {
        int number = 0;
        foreach (string line in File.ReadLines(Repository.PathOf(file)))
        {
            number++;
            foreach (
                Match match in Refused()
                    .Matches(file.EndsWith(".md", StringComparison.Ordinal) ? Code().Replace(line, "") : line)
            )
            {
                yield return $"{file}:{number}: {match.Value}";
            }
        }
    }

    // In documentation names of the past and of others may stand as code; those of cis come from its sources.
    [GeneratedRegex("`[^`]*`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    // libvips has an operation colourspace. Old names of settings are served on.
    [GeneratedRegex(
        """
            colour(?!space) | neighbour | behaviour | favour | honour | grey
            | \bcentre[sd]?\b | (centi|milli|kilo|\b)metres?\b | catalogue | licence | artefact | judgement
            | (recogn|normal|initial|serial|organ|summar|quant|optim|minim|maxim|equal|synchron|token|emphas|categor)is(?=e|ing|ation)
            | \banew\b | \bin\ hand\b | (?<!-)\bpatience | \b(give|gives|given|gave|giving)\ (it\ |them\ )?back\b
            | instance-notices(?!")
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Refused();
}
