namespace Cis.Local.Queueing;

/// <summary>Names this start of the machine, and the space of clocks that this process counts in.</summary>
internal static class BootName
{
    private const string Id = "/proc/sys/kernel/random/boot_id";
    private const string Clocks = "/proc/self/ns/time";

    /// <summary>The name; the same for all processes that a timestamp means the same to.</summary>
    internal static string Current { get; } = Read();

    private static string Read()
    {
        try
        {
            string? clocks = File.Exists(Clocks) ? new FileInfo(Clocks).LinkTarget : null;
            return $"{File.ReadAllText(Id).Trim()} {clocks}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Hidden, as in some boxes: then each process goes by its own.
            return $"{Environment.ProcessId} {Environment.TickCount64}";
        }
    }
}
