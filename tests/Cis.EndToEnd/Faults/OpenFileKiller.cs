using System.Globalization;
using System.Text.Json;

namespace Cis.EndToEnd.Faults;

/// <summary>
/// Kills the process that has a certain file read, as a bug of its own would: by the signal of a bad access to memory, once it
/// has the file open to read it; the sandboxed process that parses is passed over. No part of cis is in the know.
/// </summary>
/// <param name="folder">The file lies somewhere below it.</param>
/// <param name="length">The file is known by its length, which none but its copies has.</param>
/// <param name="key">Its key, by which the workers' journals know it.</param>
internal sealed class OpenFileKiller(string folder, long length, string key)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(3);

    /// <summary>Waits until a process has the file open to read it, and kills it.</summary>
    /// <returns>The process.</returns>
    internal async Task<int> KillAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        while (true)
        {
            if (FindFiles().Select(FindReader).FirstOrDefault(id => id is not null) is { } process && IsBeingRead())
            {
                _ = ProgramRun.Of("/bin/kill", "-s", "BUS", process.ToString(CultureInfo.InvariantCulture));
                return process;
            }

            await Task.Delay(LookEvery, limit.Token);
        }
    }

    private bool IsBeingRead()
    {
        try
        {
            return Directory.GetFiles(folder, "journal", SearchOption.AllDirectories).Any(one => StateIn(one) == 1);
        }
        catch (IOException)
        {
            return false; // gone while it was looked at
        }
    }

    // The last state of the file's message: 0 in flight, 1 being read, 2 settled.
    private int StateIn(string journal)
    {
        using var file = new FileStream(
            journal,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        using var lines = new StreamReader(file);
        long number = -1;
        int state = -1;
        while (lines.ReadLine() is { } line && line.EndsWith('}'))
        {
            using var json = JsonDocument.Parse(line);
            long current = json.RootElement.GetProperty("Number").GetInt64();
            number = line.Contains(Path.GetFileName(key), StringComparison.Ordinal) ? current : number;
            state = current == number ? json.RootElement.GetProperty("State").GetInt32() : state;
        }

        return state;
    }

    // A killed reader leaves its copy behind.
    private string[] FindFiles()
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(folder, "file", SearchOption.AllDirectories)
                    .Where(file => new FileInfo(file).Length == length),
            ];
        }
        catch (IOException)
        {
            return []; // gone while it was looked at
        }
    }

    private static int? FindReader(string file)
    {
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out int id)
                && HasOpen(process, file)
            )
            {
                return id;
            }
        }

        return null;
    }

    private static bool HasOpen(string process, string file)
    {
        try
        {
            return !File.ReadAllText(Path.Combine(process, "cmdline"))
                    .Contains("sandboxed-reader", StringComparison.Ordinal)
                && Directory
                    .EnumerateFileSystemEntries(Path.Combine(process, "fd"))
                    .Any(link => new FileInfo(link).LinkTarget == file && IsReadOnly(process, Path.GetFileName(link)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // ended, or somebody else's
        }
    }

    // A download has it open to write. "flags: 02100000", in octal; the last two bits are the access mode.
    private static bool IsReadOnly(string process, string descriptor)
    {
        string flags = File.ReadLines(Path.Combine(process, "fdinfo", descriptor))
            .First(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return (flags[^1] - '0') % 4 == 0;
    }
}
