using System.Runtime.InteropServices;

namespace Cis.Commands;

/// <summary>Ends the process at once, without the clean-up of the runtime and of native libraries.</summary>
internal static partial class ProcessExit
{
    internal static void Now(ExitCode code) => ExitNative((int)code);

    [LibraryImport("libc.so.6", EntryPoint = "_exit")]
    private static partial void ExitNative(int code);
}
