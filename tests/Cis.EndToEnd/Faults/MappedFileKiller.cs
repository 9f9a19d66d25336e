using System.Globalization;

namespace Cis.EndToEnd.Faults;

/// <summary>
/// Kills the process that reads a certain file, as a library's bug would: it cuts the file while it is mapped, and the
/// kernel ends whoever then looks at a page that is gone (SIGBUS). No part of cis is in the know.
/// </summary>
/// <param name="folder">The file lies somewhere below it.</param>
/// <param name="length">The file is known by its length, which no other one there has.</param>
internal sealed class MappedFileKiller(string folder, long length)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(3);

    /// <summary>Waits until a process has the file mapped, and cuts it.</summary>
    /// <returns>The process.</returns>
    internal async Task<int> CutAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        while (true)
        {
            if (FindFile() is { } file && FindReader(file) is { } process)
            {
                File.OpenHandle(file, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite).Dispose();
                return process;
            }

            await Task.Delay(LookEvery, limit.Token);
        }
    }

    private string? FindFile()
    {
        try
        {
            return Directory
                .EnumerateFiles(folder, "file", SearchOption.AllDirectories)
                .FirstOrDefault(file => new FileInfo(file).Length == length);
        }
        catch (IOException)
        {
            return null; // gone while it was looked at
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
