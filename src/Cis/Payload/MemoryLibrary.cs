using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cis.Payload;

/// <summary>A file in memory only (memfd), so that a library can be loaded where no directory is writable.</summary>
internal static class MemoryLibrary
{
    private const int InvalidArgument = 22;

    /// <summary>A sealed file in memory with these bytes.</summary>
    /// <param name="name">Shown in /proc/PID/maps.</param>
    /// <param name="content">The library.</param>
    /// <exception cref="PayloadException">The kernel refuses.</exception>
    public static SafeFileHandle Create(string name, ReadOnlySpan<byte> content)
    {
        SafeFileHandle file = CreateEmpty(name);
        try
        {
            RandomAccess.SetLength(file, content.Length);
            RandomAccess.Write(file, content, fileOffset: 0);
            _ = LibcNative.Fcntl(file, LibcNative.FAddSeals, LibcNative.AllSeals);
            return file;
        }
        catch (IOException e)
        {
            file.Dispose();
            throw new PayloadException(
                $"There is no memory for {name}: {e.Message} Give the process more, or load from a cache (cis bake).",
                e
            );
        }
    }

    private static SafeFileHandle CreateEmpty(string name)
    {
        byte[] utf8Name = System.Text.Encoding.UTF8.GetBytes(name + '\0');
        const uint flags = LibcNative.MfdCloexec | LibcNative.MfdAllowSealing;
        SafeFileHandle file = LibcNative.MemfdCreate(utf8Name, flags | LibcNative.MfdExec);
        // A kernel before 6.3 knows no MFD_EXEC, and makes every such file executable.
        if (file.IsInvalid && Marshal.GetLastPInvokeError() == InvalidArgument)
        {
            file = LibcNative.MemfdCreate(utf8Name, flags);
        }

        if (!file.IsInvalid)
        {
            return file;
        }

        string error = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        throw new PayloadException(
            $"The kernel gives no file in memory for {name} (memfd_create: {error}): load the libraries from a cache (cis bake)."
        );
    }
}
