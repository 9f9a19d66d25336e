using System.Buffers;
using System.IO.MemoryMappedFiles;
using Cis.Pages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Documents;

/// <summary>The bytes of a <see cref="DocumentSource"/>, as memory and as a file.</summary>
internal abstract unsafe class SourceBytes : IDisposable
{
    /// <summary>The bytes, until this is disposed of.</summary>
    /// <exception cref="ReadException">There is no room to map them, or the file has become shorter.</exception>
    internal abstract byte* Data { get; }

    /// <summary>An open file with these bytes, which is closed with this.</summary>
    /// <exception cref="ReadException">There is no memory for it: <see cref="Outcome.Transient"/>.</exception>
    internal abstract SafeFileHandle Descriptor { get; }

    public abstract void Dispose();
}

/// <summary>A file, mapped when its bytes are first asked for: who hands it to another process never needs them.</summary>
internal sealed unsafe class FileBytes(SafeFileHandle file, string name, long length) : SourceBytes
{
    private readonly Lock _gate = new();
    private MemoryMappedViewAccessor? _view;
    private nint _data;

    internal override byte* Data => (byte*)(_data != 0 ? _data : Map());

    internal override SafeFileHandle Descriptor => file;

    public override void Dispose()
    {
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        file.Dispose();
    }

    private nint Map()
    {
        lock (_gate)
        {
            if (_data == 0)
            {
                _view = CreateView();
                byte* data = null;
                _view.SafeMemoryMappedViewHandle.AcquirePointer(ref data);
                Volatile.Write(ref _data, (nint)(data + _view.PointerOffset));
            }

            return _data;
        }
    }

    private MemoryMappedViewAccessor CreateView()
    {
        if (RandomAccess.GetLength(file) < length)
        {
            throw new ReadException(Outcome.Corrupt, $"{name} was cut short while it was read.");
        }

        try
        {
            using var map = MemoryMappedFile.CreateFromFile(
                file,
                mapName: null,
                capacity: 0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: true
            );
            // The view keeps the mapping.
            return map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            throw MemoryFile.Refused($"no room to map the {length} bytes of {name}", e.Message);
        }
    }
}

/// <summary>Memory of somebody else, copied into a file only where one is needed.</summary>
internal sealed unsafe class MemoryBytes(ReadOnlyMemory<byte> bytes) : SourceBytes
{
    private readonly Lock _gate = new();
    private MemoryHandle _handle = bytes.Pin();
    private SafeFileHandle? _copy;

    internal override byte* Data => (byte*)_handle.Pointer;

    internal override SafeFileHandle Descriptor
    {
        get
        {
            lock (_gate)
            {
                return _copy ??= MemoryFile.Create("document\0"u8, bytes.Span);
            }
        }
    }

    public override void Dispose()
    {
        _copy?.Dispose();
        _handle.Dispose();
    }
}
