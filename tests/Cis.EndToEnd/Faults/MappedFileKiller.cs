using System.Globalization;
using System.Text.Json;

namespace Cis.EndToEnd.Faults;

/// <summary>
/// Kills the process that reads a certain file, as a library's bug would: by the signal of a bad access to memory, once it
/// has the file mapped and reads it; a scan that is set aside for quicker files stays mapped. No part of cis is in the know.
/// </summary>
/// <param name="folder">The file lies somewhere below it.</param>
/// <param name="length">The file is known by its length, which none but its copies has.</param>
/// <param name="key">Its key, by which the workers' journals know it.</param>
internal sealed class MappedFileKiller(string folder, long length, string key)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(3);

    /// <summary>Waits until a process has the file mapped, and kills it.</summary>
    /// <returns>The process.</returns>
    internal async Task<int> KillAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
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
                && ReadMaps(process).Contains(file, StringComparison.Ordinal)
            )
            {
                return id;
            }
        }

        return null;
    }

    private static string ReadMaps(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "maps"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // ended, or somebody else's
        }
    }
}
