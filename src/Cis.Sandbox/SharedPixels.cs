using System.Runtime.InteropServices;
using Cis.Documents;
using Cis.Pages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Sandbox;

/// <summary>
/// Pixels in a file in memory that two processes map: one writes a page there, the other reads it. The file is sealed
/// against shrinking, so that what is mapped of it stays.
/// </summary>
internal sealed unsafe class SharedPixels(SafeFileHandle file) : IPixelMemory, IDisposable
{
    private byte* _mapped;
    private nuint _length;

    /// <summary>The file.</summary>
    internal SafeFileHandle File => file;

    /// <summary>How many bytes it has grown to, on either side.</summary>
    internal long Length => RandomAccess.GetLength(file);

    /// <summary>A new file without any pixels.</summary>
    /// <exception cref="ReadException">The machine gives none.</exception>
    internal static SharedPixels Create() => new(MemoryFile.Create("pixels\0"u8));

    /// <summary>Makes the file as long as is needed, and maps that.</summary>
    /// <exception cref="ReadException">It is more than this process may have.</exception>
    public byte* Take(nuint bytes)
    {
        if (Length < (long)bytes && MemoryFileCalls.SetLength(file, (long)bytes) != 0)
        {
            throw Refused(bytes);
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
            _ = MemoryFileCalls.Unmap(_mapped, _length);
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
        void* mapped = MemoryFileCalls.Map(null, bytes, MemoryFileCalls.ReadWrite, MemoryFileCalls.Shared, file, 0);
        if (mapped == (void*)-1)
        {
            throw Refused(bytes);
        }

        _mapped = (byte*)mapped;
        _length = bytes;
        return _mapped;
    }

    private static ReadException Refused(nuint bytes) =>
        MemoryFile.Refused($"no {bytes} bytes for a page's pixels", Marshal.GetLastPInvokeErrorMessage());
}
