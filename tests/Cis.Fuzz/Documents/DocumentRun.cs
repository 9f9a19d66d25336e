using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Cis.Fuzz.Loop;
using Cis.Pages;

namespace Cis.Fuzz.Documents;

/// <summary>
/// Documents that were changed in their structure, through the packed file and its sandbox, as a user would read them. There
/// is no coverage of PDFium and libvips to learn from: outcomes are counted instead.
/// </summary>
internal sealed class DocumentRun(string program, FuzzFolders folders, LoopOptions options)
{
    internal const string Name = "documents";

    private const int FilesOfBatch = 32;
    private const int LargestSeed = 64 << 10;
    private const long MostBytes = 1L << 30;

    private readonly Random _random = new(options.Seed);
    private readonly Findings _findings = new(folders.Findings);
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private long _files;
    private long _peak;

    /// <summary>Runs until time or runs are up.</summary>
    /// <returns>Whether all held.</returns>
    internal bool Run()
    {
        _findings.Clear();
        byte[][] seeds = [.. SeedFiles().Select(File.ReadAllBytes).Where(bytes => bytes.Length <= LargestSeed)];
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < options.Time && _files < options.Runs)
        {
            RunBatch(seeds, (int)Math.Min(FilesOfBatch, options.Runs - _files));
        }

        string outcomes = string.Join(", ", _outcomes.Select(pair => $"{pair.Value} {pair.Key}"));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Name, -17} {_files, 9} {_files / Math.Max(1, watch.Elapsed.TotalSeconds), 8:F1}   {_findings.Count} findings; {outcomes}; peak {_peak >> 20} MB"
            )
        );
        return _findings.Count == 0;
    }

    private IEnumerable<string> SeedFiles()
    {
        string data = Path.Combine(FuzzFolders.Repository, "tests", "data");
        string[] own =
        [
            "born-digital.pdf",
            "encrypted.pdf",
            "mixed.pdf",
            "japanese-born-digital.pdf",
            "slovak.png",
            "russian.png",
        ];
        return Directory
            .EnumerateFiles(folders.Stored)
            .Concat(Directory.EnumerateFiles(Path.Combine(data, "images")))
            .Concat(own.Select(name => Path.Combine(data, name)))
            .Order(StringComparer.Ordinal);
    }

    private void RunBatch(byte[][] seeds, int files)
    {
        string inbox = Path.Combine(folders.Output, Name, "inbox");
        if (Directory.Exists(inbox))
        {
            Directory.Delete(inbox, recursive: true);
        }

        Directory.CreateDirectory(inbox);
        for (int i = 0; i < files; i++)
        {
            byte[] changed = DocumentMutator.Change(seeds[_random.Next(seeds.Length)], _random);
            // Their type is told by their bytes; the name only makes them documents of the folder.
            File.WriteAllBytes(Path.Combine(inbox, $"{i:d2}.pdf"), changed);
        }

        _files += files;
        Check(Batch.Run(program, inbox, files), inbox, files);
    }

    private void Check(Batch batch, string inbox, int files)
    {
        _peak = Math.Max(_peak, batch.PeakBytes);
        // Several files: 0, or 1 where one was not read in full.
        bool isKnown = batch.ExitCode is 0 or 1 || files == 1 && IsOfOneFile(batch.ExitCode);
        if (!isKnown)
        {
            Keep(
                inbox,
                $"exit code {batch.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "none: it hung"}\n{batch.Error}"
            );
        }

        if (batch.PeakBytes > MostBytes)
        {
            Keep(inbox, $"its own process took {batch.PeakBytes} bytes");
        }

        string[] lines = batch.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            CountOutcome(line, paths);
        }

        if (lines.Length != files || paths.Count != files)
        {
            Keep(inbox, $"{lines.Length} results of {paths.Count} files, not of {files}\n{batch.Error}");
        }
    }

    private static bool IsOfOneFile(int? code) =>
        code is { } number && number != (int)ExitCode.Crashed && Enum.IsDefined((ExitCode)number);

    private void CountOutcome(string line, HashSet<string> paths)
    {
        using var result = JsonDocument.Parse(line);
        string path = result.RootElement.GetProperty("path").GetString()!;
        string outcome = result.RootElement.GetProperty("outcome").GetString()!;
        paths.Add(path);
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        bool isKnown = Enum.TryParse(
            outcome.Replace("-", "", StringComparison.Ordinal),
            ignoreCase: true,
            out Outcome _
        );
        if (!isKnown)
        {
            _findings.Add("outcome", File.ReadAllBytes(path), line);
        }
        else if (outcome == "crashed")
        {
            KeepCrash(path, line);
        }
    }

    /// <summary>A library's crash, which the sandbox holds: worth a report to its makers, and no finding of cis's.</summary>
    private void KeepCrash(string path, string line)
    {
        string folder = Path.Combine(folders.Output, Name, "crashed");
        Directory.CreateDirectory(folder);
        string kept = Path.Combine(folder, $"{Directory.EnumerateFiles(folder, "*.txt").Count():d3}");
        File.Copy(path, kept, overwrite: true);
        File.WriteAllText(kept + ".txt", line + "\n");
    }

    // Which of them it was, a run of each by itself tells.
    private void Keep(string inbox, string what)
    {
        foreach (string file in Directory.EnumerateFiles(inbox).Order(StringComparer.Ordinal))
        {
            _findings.Add("batch", File.ReadAllBytes(file), $"{what}\n(one of a batch: {Path.GetFileName(file)})");
        }
    }
}
