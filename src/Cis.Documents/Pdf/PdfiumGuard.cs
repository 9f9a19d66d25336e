using System.Runtime.InteropServices;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// Calls of one copy of PDFium that may take as much time and memory as a hostile document wants: a page is parsed in one
/// call, and three kilobytes of nested forms make it endless. They end where the copy holds too much, or its caller's token
/// is cancelled (native/guard says how); the copy is lost then.
/// </summary>
internal sealed unsafe class PdfiumGuard
{
    // CisVerdict of native/guard/guard.h.
    private const int Returned = 0;
    private const int TooMuch = 1;

    private const int Arguments = 10;

    private readonly delegate* unmanaged<nint, nint, nint*, nuint, int*, nint*, int> _call;
    private readonly delegate* unmanaged<nint, void> _release;
    private readonly nint _guard;
    private readonly int* _cancelled;
    private CancellationToken _token;

    /// <summary>Takes a copy's allocations over; the copy must not have been called before.</summary>
    /// <exception cref="NotSupportedException">There are more than 256 copies, or the library is of another kind.</exception>
    internal PdfiumGuard(nint guardLibrary, nint pdfium)
    {
        _call = (delegate* unmanaged<nint, nint, nint*, nuint, int*, nint*, int>)
            NativeLibrary.GetExport(guardLibrary, "cis_guard_call");
        _release = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(guardLibrary, "cis_guard_release");
        _guard = ((delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(guardLibrary, "cis_guard_attach"))(pdfium);
        if (_guard == 0)
        {
            throw new NotSupportedException("PDFium cannot be guarded: there are more than 256 copies of it.");
        }

        _cancelled = (int*)NativeMemory.AllocZeroed(sizeof(int));
    }

    /// <summary>Whether a call was ended: the copy must not be called any more.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>What the copy may hold.</summary>
    internal long MostBytes { get; set; } = long.MaxValue;

    /// <summary>Lets a token end the calls until the result is disposed of.</summary>
    internal CancellationTokenRegistration Heed(CancellationToken token)
    {
        _token = token;
        Volatile.Write(ref *_cancelled, token.IsCancellationRequested ? 1 : 0);
        return token.UnsafeRegister(static flag => ((PdfiumGuard)flag!).Cancel(), this);
    }

    /// <summary>Calls a function of the copy.</summary>
    /// <exception cref="ReadException">The copy holds too much, and is lost.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the copy is lost.</exception>
    internal nint Call(nint function, params ReadOnlySpan<nint> arguments)
    {
        ObjectDisposedException.ThrowIf(IsLost, this);
        nint* all = stackalloc nint[Arguments];
        arguments.CopyTo(new Span<nint>(all, Arguments));
        nint result = 0;
        int verdict = _call(_guard, function, all, (nuint)MostBytes, _cancelled, &result);
        return verdict == Returned ? result : throw Ended(verdict);
    }

    /// <summary>Frees what the copy still holds, once it is unloaded, and this itself.</summary>
    internal void Release()
    {
        _release(_guard);
        NativeMemory.Free(_cancelled);
    }

    private void Cancel() => Volatile.Write(ref *_cancelled, 1);

    private Exception Ended(int verdict)
    {
        IsLost = true;
        return verdict == TooMuch
            ? new ReadException(
                Outcome.TooLarge,
                $"reading it takes more than the {MostBytes >> 20} MB of memory allowed for a page (max-page-memory)"
            )
            : new OperationCanceledException(_token);
    }
}
