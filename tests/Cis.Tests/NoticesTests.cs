using System.Text.Json;

namespace Cis.Tests;

/// <summary>Whose work is inside is listed, whatever package is added.</summary>
public class NoticesTests
{
    // Analyzers, the formatter and the compiler: they build, and leave nothing in the file but .NET's own runtime.
    private static readonly string[] s_buildOnly =
    [
        "CSharpier.MsBuild",
        "Meziantou.Analyzer",
        "Roslynator.Analyzers",
        "Microsoft.DotNet.ILCompiler",
        "Microsoft.NET.ILLink.Tasks",
    ];

    [Fact]
    public void Every_package_that_is_compiled_in_or_packed_stands_in_the_notices_with_its_version()
    {
        string notices = File.ReadAllText(Repository.PathOf("THIRD-PARTY-NOTICES"));

        Assert.All(
            Packages(),
            package =>
                Assert.Contains(
                    notices.Split('\n'),
                    line => line.Contains(package.Name) && line.Contains(package.Version)
                )
        );
    }

    private static IEnumerable<(string Name, string Version)> Packages()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("src", "Cis", "packages.lock.json")));
        foreach (
            JsonProperty package in file
                .RootElement.GetProperty("dependencies")
                .GetProperty("net10.0")
                .EnumerateObject()
        )
        {
            // Its managed half goes with it by name, and is not used.
            bool isPacked =
                !s_buildOnly.Contains(package.Name) && !package.Name.EndsWith(".Managed", StringComparison.Ordinal);
            if (isPacked && package.Value.TryGetProperty("resolved", out JsonElement version))
            {
                yield return (package.Name, version.GetString()!);
            }
        }
    }
}
