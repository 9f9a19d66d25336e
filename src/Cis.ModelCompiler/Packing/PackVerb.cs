using Cis.Payload;

namespace Cis.ModelCompiler.Packing;

/// <summary><c>pack</c>: the executable and its payload into the one file, past the gates that it must pass.</summary>
internal static class PackVerb
{
    /// <summary>How it is called.</summary>
    public const string Usage = "pack --executable FILE --payload DIR --out FILE --budget-mb N";

    /// <summary>Where the packed file keeps what its libraries need, for <c>cis version --verbose</c>.</summary>
    private const string NeedsFile = "lib.needs";

    public static int Run(Arguments arguments)
    {
        string executable = arguments.Required("executable");
        string payload = arguments.Required("payload");
        int budget = int.Parse(arguments.Required("budget-mb"), System.Globalization.CultureInfo.InvariantCulture);

        Console.WriteLine($"needs: executable: {PortabilityGate.CheckExecutable(executable)}");
        WriteNeeds(payload);
        IReadOnlyList<PayloadEntry> entries = Packer.Pack(executable, payload, arguments.Required("out"));
        return CheckSize(entries, budget);
    }

    private static void WriteNeeds(string payload)
    {
        string[] lines = Directory
            .EnumerateFiles(Path.Combine(payload, "lib"))
            .Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetFileName(path)}: {PortabilityGate.CheckLibrary(path)}")
            .ToArray();
        foreach (string? line in lines)
        {
            Console.WriteLine($"needs: {line}");
        }

        File.WriteAllLines(Path.Combine(payload, NeedsFile), lines);
    }

    /// <summary>Each library for itself; models and licenses together.</summary>
    private static string GroupOf(PayloadEntry entry) =>
        entry.Name.StartsWith("lib/", StringComparison.Ordinal) ? entry.Name : entry.Name.Split('/')[0];

    private static int CheckSize(IReadOnlyList<PayloadEntry> entries, int budget)
    {
        const double megabyte = 1e6;
        IOrderedEnumerable<(string Key, double Size)> groups = entries
            .GroupBy(GroupOf, StringComparer.Ordinal)
            .Select(group => (group.Key, Size: group.Sum(entry => entry.Length) / megabyte))
            .OrderByDescending(group => group.Size);
        foreach ((string? name, double size) in groups)
        {
            Console.WriteLine($"size: {size, 6:F1} MB  {name}");
        }

        double total = (entries[^1].Offset + entries[^1].Length) / megabyte;
        Console.WriteLine($"size: {total, 6:F1} MB  in all (budget {budget} MB)");
        if (total <= budget)
        {
            return 0;
        }

        throw new CompilerException($"The packed file is over its budget of {budget} MB.");
    }
}
