using Cis.Configuration;
using Cis.Payload;

namespace Cis;

/// <summary>
/// Loads single native libraries out of what the executable carries, for commands that need no engine. They stay loaded
/// for the life of the process, and so does what they came from.
/// </summary>
internal static class PackedLibraries
{
    private static readonly Lock Gate = new();
    private static NativeLibraries? s_libraries;

    /// <summary>The handle of a library; the first call checks the executable.</summary>
    /// <exception cref="PayloadException">The executable is damaged, or the machine lacks what the library needs.</exception>
    internal static nint Load(SettingValues settings, string fileName)
    {
        lock (Gate)
        {
            s_libraries ??= Open(settings);
            return s_libraries.Load(fileName);
        }
    }

    private static NativeLibraries Open(SettingValues settings)
    {
        var payload = PayloadStore.Open();
        payload.Verify();
        return new NativeLibraries(payload, settings.Get(Settings.NativeCache));
    }
}
