using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cis.Pages;

namespace Cis.Ocr.Tests.Support;

/// <summary>
/// A white page whose memory ends where memory that nobody may touch begins: one read beyond it ends the test process.
/// Padding is black, so that a pixel taken from it shows.
/// </summary>
internal sealed unsafe partial class GuardedPage : IDisposable
{
    private const nuint SystemPage = 4096;
    private const int NoAccess = 0;
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;

    private readonly byte* _map;
    private readonly nuint _length;
    private readonly byte* _ownPixels;

    public GuardedPage(int width, int height, PixelFormat format)
    {
        Image.Reset(width, height, format);
        _ownPixels = Image.Pixels;
        nuint used = (nuint)Image.Capacity;
        nuint usable = (used + SystemPage - 1) / SystemPage * SystemPage;
        _length = usable + 2 * SystemPage;
        _map = Map(null, _length, NoAccess, PrivateAnonymous, -1, 0);
        Assert.Equal(0, Protect(_map + SystemPage, usable, ReadWrite));
        Pixels(Image) = _map + SystemPage + usable - used;
        Image.Fill(0);
        for (int y = 0; y < height; y++)
        {
            Image.Row(y).Fill(255);
        }
    }

    public PageImage Image { get; } = new();

    public void Dispose()
    {
        Pixels(Image) = _ownPixels;
        Image.Dispose();
        Assert.Equal(0, Unmap(_map, _length));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_pixels")]
    private static extern ref byte* Pixels(PageImage image);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
