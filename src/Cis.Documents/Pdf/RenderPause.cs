using System.Runtime.InteropServices;

namespace Cis.Documents.Pdf;

/// <summary>Makes PDFium pause, within the drawing of a page, once a token is cancelled.</summary>
internal sealed unsafe class RenderPause : IDisposable
{
    private readonly Block* _block;
    private readonly CancellationTokenRegistration _registration;

    internal RenderPause(CancellationToken token)
    {
        _block = (Block*)NativeMemory.AllocZeroed((nuint)sizeof(Block));
        _block->Pause.Version = 1;
        _block->Pause.NeedToPauseNow = &NeedToPauseNow;
        _registration = token.UnsafeRegister(static state => ((RenderPause)state!).Request(), this);
    }

    internal FsPause* Pointer => &_block->Pause;

    public void Dispose()
    {
        // Waits for a callback that is just running, so that it does not write to freed memory.
        _registration.Dispose();
        NativeMemory.Free(_block);
    }

    private void Request() => Volatile.Write(ref _block->Requested, 1);

    [UnmanagedCallersOnly]
    private static int NeedToPauseNow(FsPause* pause) => Volatile.Read(ref ((Block*)pause)->Requested);

    [StructLayout(LayoutKind.Sequential)]
    private struct Block
    {
        internal FsPause Pause;
        internal int Requested;
    }
}
