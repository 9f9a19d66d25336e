using SharpFuzz;

namespace Cis.Fuzz.Coverage;

/// <summary>
/// A copy of this program in which cis's own assemblies count the edges that they take. The build's own output stays as
/// it is: tests and debuggers run that.
/// </summary>
internal static class InstrumentedProgram
{
    private const string Stamp = "instrumented";

    /// <summary>Makes the copy, unless there is one of this very build.</summary>
    /// <param name="folder">Where it goes.</param>
    /// <returns>Its executable.</returns>
    internal static string Make(string folder)
    {
        string from = AppContext.BaseDirectory;
        string stamp = Path.Combine(folder, Stamp);
        string build = BuildOf(from);
        if (!File.Exists(stamp) || File.ReadAllText(stamp) != build)
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Copy(from, folder);
            foreach (string assembly in OwnAssemblies(folder))
            {
                Instrument(assembly);
            }

            File.WriteAllText(stamp, build);
        }

        return Path.Combine(folder, "Cis.Fuzz");
    }

    private static string BuildOf(string folder) =>
        string.Join(
            '\n',
            Directory
                .EnumerateFiles(folder, "*.dll")
                .Order(StringComparer.Ordinal)
                .Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O}")
        );

    private static IEnumerable<string> OwnAssemblies(string folder) =>
        Directory.EnumerateFiles(folder, "*.dll").Where(IsOwn).Order(StringComparer.Ordinal);

    // Not this program: the loop must not see itself.
    private static bool IsOwn(string path) =>
        Path.GetFileName(path) is "cis.dll" or "Cis.Fuzz.Planted.dll"
        || Path.GetFileName(path) is { } name
            && name.StartsWith("Cis.", StringComparison.Ordinal)
            && !name.StartsWith("Cis.Fuzz.", StringComparison.Ordinal);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        // Native libraries, which are large and stay as they are.
        string natives = Path.Combine(from, "runtimes");
        if (Directory.Exists(natives))
        {
            Directory.CreateSymbolicLink(Path.Combine(to, "runtimes"), natives);
        }
    }

    // It gives the names of the types as it goes.
    private static void Instrument(string assembly) =>
        _ = Fuzzer.Instrument(assembly, _ => true, Options.Value).Count();
}
