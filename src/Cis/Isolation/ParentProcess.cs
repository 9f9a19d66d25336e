using System.Globalization;
using System.Runtime.InteropServices;
using Cis.Configuration;

namespace Cis.Isolation;

/// <summary>
/// Lets a process end with the one that started it, also where that was killed: a reader of suspects must not outlive
/// its worker, of which the next one takes over the files.
/// </summary>
internal static partial class ParentProcess
{
    private const int SetDeathSignal = 1; // PR_SET_PDEATHSIG
    private const nuint Kill = 9;

    /// <summary>Ends this process with its parent from now on, if it is told to.</summary>
    /// <param name="parent">The value of <see cref="Variables.ParentProcess"/>.</param>
    internal static void EndWith(string? parent)
    {
        if (parent is null)
        {
            return;
        }

        _ = Prctl(SetDeathSignal, Kill, 0, 0, 0);
        // It may have died before that: then somebody else is the parent by now.
        if (GetParentId().ToString(CultureInfo.InvariantCulture) != parent)
        {
            ProcessExit.Now(ExitCode.Terminated);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc.so.6", EntryPoint = "getppid")]
    private static partial int GetParentId();
}
