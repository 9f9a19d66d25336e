using System.Runtime.InteropServices;

namespace Cis.Documents;

/// <summary>
/// Watches the memory that a file is mapped to, so that a file which is cut short while it is read ends its own reading
/// only: its missing pages come as zeros, where they would end the process (native/guard/mapping.h).
/// </summary>
internal sealed unsafe class MappingWatch
{
    private readonly delegate* unmanaged<nint, int> _isCut;
    private readonly delegate* unmanaged<nint, void> _forget;
    private nint _mapping;

    /// <summary>Begins to watch.</summary>
    internal MappingWatch(nint guardLibrary, byte* start, long length)
    {
        _isCut = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(guardLibrary, "cis_mapping_is_cut");
        _forget = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(guardLibrary, "cis_mapping_forget");
        nint watch = NativeLibrary.GetExport(guardLibrary, "cis_mapping_watch");
        _mapping = ((delegate* unmanaged<byte*, nuint, nint>)watch)(start, (nuint)length);
    }

    /// <summary>Whether pages were missing.</summary>
    internal bool IsCut => _mapping != 0 && _isCut(_mapping) != 0;

    /// <summary>Ends it; the memory is mapped still.</summary>
    internal void End()
    {
        if (_mapping != 0)
        {
            _forget(_mapping);
            _mapping = 0;
        }
    }
}
