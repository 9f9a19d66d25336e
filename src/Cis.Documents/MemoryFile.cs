using System.Runtime.InteropServices;
using Cis.Pages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Documents;

/// <summary>Files in memory only (memfd), by which processes share bytes.</summary>
internal static class MemoryFile
{
    /// <summary>An empty file that may grow, but not shrink: what is mapped of it stays.</summary>
    /// <param name="name">Ended by a zero; shown in /proc/PID/maps.</param>
    /// <exception cref="ReadException">The machine gives none: <see cref="Outcome.Transient"/>.</exception>
    internal static SafeFileHandle Create(ReadOnlySpan<byte> name)
    {
        SafeFileHandle file = MemoryFileCalls.CreateMemoryFile(
            name,
            MemoryFileCalls.CloseOnExec | MemoryFileCalls.AllowSealing
        );
        return
            file.IsInvalid
            || MemoryFileCalls.Control(
                file,
                MemoryFileCalls.AddSeals,
                MemoryFileCalls.SealShrink | MemoryFileCalls.SealSeal
            ) != 0
            ? throw Refused("no file in memory", Marshal.GetLastPInvokeErrorMessage())
            : file;
    }

    /// <summary>A file with these bytes.</summary>
    /// <exception cref="ReadException">There is no memory for them: <see cref="Outcome.Transient"/>.</exception>
    internal static SafeFileHandle Create(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        SafeFileHandle file = Create(name);
        try
        {
            RandomAccess.Write(file, content, fileOffset: 0);
            return file;
        }
        catch (IOException e)
        {
            file.Dispose();
            throw Refused($"no {content.Length} bytes of memory for it", e.Message);
        }
    }

    /// <summary>The same file by another descriptor.</summary>
    /// <exception cref="ReadException">There are too many: <see cref="Outcome.Transient"/>.</exception>
    internal static SafeFileHandle Duplicate(SafeFileHandle file)
    {
        int other = MemoryFileCalls.Control(file, MemoryFileCalls.DuplicateDescriptor, 0);
        return other < 0
            ? throw Refused("no descriptor for it", Marshal.GetLastPInvokeErrorMessage())
            : new SafeFileHandle(other, ownsHandle: true);
    }

    /// <summary>What the machine lacks now it may have later: no document is to be lost for it.</summary>
    internal static ReadException Refused(string what, string why) =>
        new(Outcome.Transient, $"this machine has {what} ({why})");
}
