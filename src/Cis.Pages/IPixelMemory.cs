using System.Runtime.InteropServices;

namespace Cis.Pages;

/// <summary>Where the pixels of a <see cref="PageImage"/> lie.</summary>
public unsafe interface IPixelMemory
{
    /// <summary>Gives room for some bytes, at an address that rows may begin at; what was there before is lost.</summary>
    byte* Take(nuint bytes);

    /// <summary>Gives the room back.</summary>
    void Free();
}

/// <summary>Memory of the process's own.</summary>
internal sealed unsafe class OwnPixelMemory : IPixelMemory
{
    private byte* _pixels;

    public byte* Take(nuint bytes)
    {
        Free();
        return _pixels = (byte*)NativeMemory.AlignedAlloc(bytes, PageImage.RowAlignment);
    }

    public void Free()
    {
        NativeMemory.AlignedFree(_pixels);
        _pixels = null;
    }
}
