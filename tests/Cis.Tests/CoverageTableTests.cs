using System.Diagnostics;

namespace Cis.Tests;

/// <summary>tests/coverage.py, by which ./build.sh coverage ends.</summary>
public sealed class CoverageTableTests : IDisposable
{
    private const string Report = """
        <coverage><packages>
          <package name="Cis.Worker"><classes>
            <class><lines>
              <line number="1" hits="3" branch="True" condition-coverage="50% (1/2)" />
              <line number="2" hits="0" branch="False" />
            </lines></class>
            <class><lines><line number="9" hits="1" branch="False" /></lines></class>
          </classes></package>
          <package name="Cis.Aws"><classes>
            <class><methods><method><lines><line number="4" hits="1" branch="False" /></lines></method></methods>
              <lines><line number="4" hits="1" branch="False" /></lines></class>
          </classes></package>
        </packages></coverage>
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-coverage-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Lines_and_branches_are_counted_by_project()
    {
        Write("coverage.cobertura.xml", Report);

        Assert.Equal(
            (
                """
                | project | lines | of | branches | of |
                |---|---|---|---|---|
                | Cis.Aws | 100.0 % | 1 | - | 0 |
                | Cis.Worker | 66.7 % | 3 | 50.0 % | 2 |
                | all | 75.0 % | 4 | 50.0 % | 2 |

                """,
                ""
            ),
            Run()
        );
    }

    [Fact]
    public void Tests_that_failed_on_the_way_are_named()
    {
        Write("coverage.cobertura.xml", Report);
        Write(
            "Cis.Worker.Tests/report.log",
            "    Cis.Worker.Tests.A.Is_quick [FAIL]\n      Assert.InRange() Failure\n"
        );

        Assert.Equal("failed while its code was counted: Cis.Worker.Tests.A.Is_quick\n", Run().Errors);
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private (string Output, string Errors) Run()
    {
        var start = new ProcessStartInfo("python3", [Repository.PathOf("tests", "coverage.py"), _folder.FullName])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, errors.Result);
    }
}
