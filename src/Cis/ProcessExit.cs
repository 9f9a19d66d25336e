using System.Runtime.InteropServices;

namespace Cis;

/// <summary>Ends the process at once, without the clean-up of the runtime and of native libraries.</summary>
internal static partial class ProcessExit
{
    internal static void Now(ExitCode code) => ExitNative((int)code);

    /// <summary>
    /// Runs this command line again in the same process: memory, threads and locks of the old image are gone, however
    /// stuck they were. Returns only if that fails.
    /// </summary>
    internal static unsafe void Restart()
    {
        string[] arguments = Environment.GetCommandLineArgs();
        nint* pointers = stackalloc nint[arguments.Length + 1];
        for (int i = 0; i < arguments.Length; i++)
        {
            pointers[i] = Marshal.StringToCoTaskMemUTF8(arguments[i]);
        }

        pointers[arguments.Length] = 0;
        _ = ExecNative("/proc/self/exe", pointers);
    }

    [LibraryImport("libc.so.6", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int ExecNative(string path, nint* arguments);

    [LibraryImport("libc.so.6", EntryPoint = "_exit")]
    private static partial void ExitNative(int code);
}
