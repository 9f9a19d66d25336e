using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cis.Local.Files;

/// <summary>What the kernel knows about an open file and .NET has no call for: fcntl(2) of x86-64 Linux.</summary>
internal static partial class FileControl
{
    private const int SetSignal = 10;
    private const int SetOpenFileLockAndWait = 38;
    private const int SetLease = 1024;

    private const nint ReadLease = 0;
    private const nint NoLease = 2;
    private const short WriteLock = 1;

    // Ignored by default, unlike SIGIO, which the kernel would otherwise send to the owner of a broken lease.
    private const nint UrgentSignal = 23;

    private const int Again = 11;
    private const int Interrupted = 4;

    /// <summary>Whether anybody has a file open for writing; false where the kernel does not say.</summary>
    /// <remarks>
    /// A lease for reading is refused for files that are open for writing. Only a file's owner and root may ask; for
    /// others, and on network file systems, the time since the last change has to do.
    /// </remarks>
    internal static bool IsBeingWritten(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            _ = Control(file, SetSignal, UrgentSignal);
            bool isLeased = Control(file, SetLease, ReadLease) == 0;
            bool isRefused = !isLeased && Marshal.GetLastPInvokeError() == Again;
            _ = isLeased ? Control(file, SetLease, NoLease) : 0;
            return isRefused;
        }
        catch (IOException)
        {
            // An exclusive flock means that somebody is writing. A file that is gone is noticed by its time stamp.
            return File.Exists(path);
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Waits for a lock on a whole file, which works across processes and ends with the handle.</summary>
    /// <exception cref="IOException">The file system has no locks.</exception>
    internal static void Lock(SafeFileHandle file)
    {
        var whole = new FileLock { Type = WriteLock };
        while (Control(file, SetOpenFileLockAndWait, ref whole) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
            {
                throw new IOException($"it cannot be locked: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, ref FileLock argument);

    /// <summary>struct flock; zeros mean from the first byte to the last.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FileLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Process;
    }
}
