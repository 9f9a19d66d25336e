using System.Runtime.InteropServices;
using Cis.Pages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Sandbox;

/// <summary>
/// Pixels in a file in memory that two processes map: one writes a page there, the other reads it. The file is sealed
/// against shrinking, so that what is mapped of it stays.
/// </summary>
internal sealed unsafe partial class SharedPixels(SafeHandle file) : IPixelMemory, IDisposable
{
    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const int AddSeals = 1033;
    private const int SealShrink = 2;
    private const int SealSeal = 1;
    private const int ReadWrite = 3;
    private const int Shared = 1;
    private const int FromEnd = 2;

    private byte* _mapped;
    private nuint _length;

    /// <summary>The file.</summary>
    internal SafeHandle File => file;

    /// <summary>How many bytes it has grown to, on either side.</summary>
    internal long Length => Lseek(file, 0, FromEnd);

    /// <summary>A new file without any pixels.</summary>
    /// <exception cref="IOException">The kernel gives none.</exception>
    internal static SharedPixels Create()
    {
        SafeFileHandle file = MemfdCreate("pixels\0"u8, CloseOnExec | AllowSealing);
        if (file.IsInvalid || Fcntl(file, AddSeals, SealShrink | SealSeal) != 0)
        {
            throw new IOException($"no file in memory for a page's pixels: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return new SharedPixels(file);
    }

    /// <summary>Makes the file as long as is needed, and maps that.</summary>
    /// <exception cref="IOException">It is more than this process may have.</exception>
    public byte* Take(nuint bytes)
    {
        if (Length < (long)bytes && Ftruncate(file, (long)bytes) != 0)
        {
            throw new IOException($"no {bytes} bytes for a page's pixels: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return Map(bytes);
    }

    /// <summary>Maps what somebody else has made long enough.</summary>
    /// <returns>Null if it is not.</returns>
    internal byte* Show(nuint bytes)
    {
        if (bytes > _length)
        {
            return Length < (long)bytes ? (byte*)null : Map(bytes);
        }

        return _mapped;
    }

    /// <inheritdoc/>
    public void Free()
    {
        if (_mapped is not null)
        {
            _ = Munmap(_mapped, _length);
            _mapped = null;
            _length = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        file.Dispose();
    }

    private byte* Map(nuint bytes)
    {
        Free();
        void* mapped = Mmap(null, bytes, ReadWrite, Shared, file, 0);
        if (mapped == (void*)-1)
        {
            throw new IOException($"no {bytes} bytes for a page's pixels: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        _mapped = (byte*)mapped;
        _length = bytes;
        return _mapped;
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    private static partial SafeFileHandle MemfdCreate(ReadOnlySpan<byte> name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(SafeHandle file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Lseek(SafeHandle file, long offset, int from);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int Ftruncate(SafeHandle file, long length);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Mmap(void* at, nuint length, int access, int flags, SafeHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Munmap(void* start, nuint length);
}
