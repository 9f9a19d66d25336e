using System.IO.MemoryMappedFiles;

namespace Cis.Payload;

/// <summary>An entry's bytes, mapped read-only from the file; valid until disposed.</summary>
internal sealed unsafe class PayloadView : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Maps a part of a file.</summary>
    /// <param name="file">The mapping that the view is cut from; closed with it.</param>
    /// <param name="offset">Where in the file the entry starts.</param>
    /// <param name="length">Its bytes, at least one.</param>
    public PayloadView(MemoryMappedFile file, long offset, long length)
    {
        _file = file;
        _view = file.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Pointer = start + _view.PointerOffset;
        Length = checked((int)length);
    }

    /// <summary>The first byte, on a page boundary.</summary>
    public byte* Pointer { get; }

    /// <summary>Bytes.</summary>
    public int Length { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => new(Pointer, Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
