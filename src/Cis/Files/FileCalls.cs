using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cis.Files;

/// <summary>The system calls on files that take a path by its bytes (<see cref="PathBytes"/>).</summary>
internal static unsafe partial class FileCalls
{
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 0x1;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int NoControllingTerminal = 0x100;

    /// <summary>O_NONBLOCK: opening a pipe that nobody has open at its other end does not wait for that.</summary>
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;

    internal const int NotPermitted = 1; // EPERM
    internal const int NoEntry = 2; // ENOENT
    internal const int Interrupted = 4; // EINTR
    internal const int TryAgain = 11; // EAGAIN
    internal const int AccessDenied = 13; // EACCES
    internal const int Exists = 17; // EEXIST
    internal const int NotAFolder = 20; // ENOTDIR
    internal const int IsAFolder = 21; // EISDIR
    internal const int NameTooLong = 36; // ENAMETOOLONG
    internal const int LinkLoop = 40; // ELOOP

    /// <summary>poll: there is something to read.</summary>
    internal const short PollIn = 1;

    private const int AnybodyMayReadAndWrite = 0x1B6; // 0666, less the umask
    private const int AnybodyMayEnter = 0x1FF; // 0777, less the umask
    private const int LongestLink = 4096; // PATH_MAX

    /// <summary>The error of the last call that failed.</summary>
    internal static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>The last error as an exception, with its number; the message is one line.</summary>
    internal static IOException LastFailure() => new(Marshal.GetPInvokeErrorMessage(LastError), LastError);

    /// <summary>Opens a file; an invalid handle if that fails.</summary>
    internal static SafeFileHandle Open(string path, int flags) =>
        OpenNative(PathBytes.Encode(path), flags | CloseOnExec, AnybodyMayReadAndWrite);

    internal static bool TryRename(string from, string to) =>
        RenameNative(PathBytes.Encode(from), PathBytes.Encode(to)) == 0;

    internal static bool TryRemove(string path) => UnlinkNative(PathBytes.Encode(path)) == 0;

    internal static bool TryMakeFolder(string path) => MkdirNative(PathBytes.Encode(path), AnybodyMayEnter) == 0;

    /// <summary>Where a symbolic link leads, as it is written in it; null if there is no link.</summary>
    internal static string? LinkTarget(string path)
    {
        byte[] target = new byte[LongestLink];
        nint length = ReadlinkNative(PathBytes.Encode(path), target, (nuint)target.Length);
        return length < 0 ? null : PathBytes.Decode(target.AsSpan(0, (int)length));
    }

    /// <summary>The names in a folder, without <c>.</c> and <c>..</c>, in no order.</summary>
    /// <exception cref="IOException">It cannot be listed.</exception>
    internal static List<string> NamesIn(string folder)
    {
        nint stream = OpendirNative(PathBytes.Encode(folder));
        if (stream == 0)
        {
            throw LastFailure();
        }

        try
        {
            return NamesIn(stream);
        }
        finally
        {
            _ = ClosedirNative(stream);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeFileHandle file, Span<byte> buffer, nuint count);

    [LibraryImport("libc.so.6", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    private static List<string> NamesIn(nint stream)
    {
        var names = new List<string>();
        while (true)
        {
            DirectoryEntry* entry = ReaddirNative(stream);
            if (entry is null)
            {
                // The end is told from a failure by the error alone (readdir(3)).
                return LastError == 0 ? names : throw LastFailure();
            }

            string name = PathBytes.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry->Name));
            if (name is not ("." or ".."))
            {
                names.Add(name);
            }
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "open", SetLastError = true)]
    private static partial SafeFileHandle OpenNative(ReadOnlySpan<byte> path, int flags, int mode);

    [LibraryImport("libc.so.6", EntryPoint = "rename", SetLastError = true)]
    private static partial int RenameNative(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);

    [LibraryImport("libc.so.6", EntryPoint = "unlink", SetLastError = true)]
    private static partial int UnlinkNative(ReadOnlySpan<byte> path);

    [LibraryImport("libc.so.6", EntryPoint = "mkdir", SetLastError = true)]
    private static partial int MkdirNative(ReadOnlySpan<byte> path, int mode);

    [LibraryImport("libc.so.6", EntryPoint = "readlink", SetLastError = true)]
    private static partial nint ReadlinkNative(ReadOnlySpan<byte> path, Span<byte> target, nuint size);

    [LibraryImport("libc.so.6", EntryPoint = "opendir", SetLastError = true)]
    private static partial nint OpendirNative(ReadOnlySpan<byte> path);

    [LibraryImport("libc.so.6", EntryPoint = "readdir", SetLastError = true)]
    private static partial DirectoryEntry* ReaddirNative(nint stream);

    [LibraryImport("libc.so.6", EntryPoint = "closedir")]
    private static partial int ClosedirNative(nint stream);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

    /// <summary>struct dirent of 64-bit glibc, whose name ends in a NUL.</summary>
    [StructLayout(LayoutKind.Explicit)]
    private struct DirectoryEntry
    {
        [FieldOffset(19)]
        public fixed byte Name[256];
    }
}
