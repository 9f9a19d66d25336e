using System.Runtime.InteropServices;

namespace Cis.Documents.Pdf;

/// <summary>A handle of PDFium's that is closed by a function of the copy it came from.</summary>
/// <remarks>
/// Always disposed of by the engine's thread before its copy shuts down: PDFium would not bear the finalizer's thread.
/// </remarks>
internal abstract class PdfiumHandle : SafeHandle
{
    protected PdfiumHandle(PdfiumNative pdfium, nint handle)
        : base(nint.Zero, ownsHandle: true)
    {
        Native = pdfium;
        SetHandle(handle);
    }

    public override bool IsInvalid => handle == nint.Zero;

    /// <summary>The pointer, for the length of a call.</summary>
    internal nint Pointer => handle;

    protected PdfiumNative Native { get; }

    /// <summary>Gives the handle back, unless its copy is lost, and all that it holds with it.</summary>
    protected sealed override bool ReleaseHandle()
    {
        if (!Native.IsLost)
        {
            CloseInCopy();
        }

        FreeOwn();
        return true;
    }

    /// <summary>Calls the function of the copy that closes it.</summary>
    protected abstract void CloseInCopy();

    /// <summary>Frees what is not the copy's.</summary>
    protected virtual void FreeOwn() { }
}

internal sealed class PdfDocumentHandle(PdfiumNative pdfium, nint handle) : PdfiumHandle(pdfium, handle)
{
    protected override unsafe void CloseInCopy() => Native.CloseDocument(handle);
}

/// <summary>A page, with the hooks that the form environment wants around its life.</summary>
internal sealed unsafe class PdfPageHandle : PdfiumHandle
{
    private readonly PdfFormHandle? _forms;

    internal PdfPageHandle(PdfiumNative pdfium, nint handle, PdfFormHandle? forms)
        : base(pdfium, handle)
    {
        _forms = forms;
        if (!IsInvalid && forms is not null)
        {
            pdfium.AfterLoadPage(handle, forms.Pointer);
        }
    }

    protected override void CloseInCopy()
    {
        if (_forms is not null)
        {
            Native.BeforeClosePage(handle, _forms.Pointer);
        }

        Native.ClosePage(handle);
    }
}

internal sealed class PdfTextPageHandle(PdfiumNative pdfium, nint handle) : PdfiumHandle(pdfium, handle)
{
    protected override unsafe void CloseInCopy() => Native.CloseTextPage(handle);
}

internal sealed class PdfBitmapHandle(PdfiumNative pdfium, nint handle) : PdfiumHandle(pdfium, handle)
{
    protected override unsafe void CloseInCopy() => Native.DestroyBitmap(handle);
}

/// <summary>The environment that draws the fields of a form. It keeps FPDF_FORMFILLINFO alive, which PDFium points to.</summary>
internal sealed unsafe class PdfFormHandle : PdfiumHandle
{
    // FPDF_FORMFILLINFO is 30-odd pointers; all callbacks stay null, which PDFium allows for a form that nobody edits.
    private const int FormFillInfoBytes = 512;

    private readonly void* _info;

    private PdfFormHandle(PdfiumNative pdfium, nint handle, void* info)
        : base(pdfium, handle) => _info = info;

    internal static PdfFormHandle? Open(PdfiumNative pdfium, PdfDocumentHandle document)
    {
        if (pdfium.GetFormType(document.Pointer) == 0)
        {
            return null;
        }

        void* info = NativeMemory.AllocZeroed(FormFillInfoBytes);
        // Version 1 is the one for builds without XFA.
        *(int*)info = 1;
        nint forms = pdfium.InitializeForms(document.Pointer, info);
        if (forms == nint.Zero)
        {
            NativeMemory.Free(info);
            return null;
        }

        // PDFium tints the fields on screen; a reader of pixels wants them as printed.
        pdfium.SetHighlightAlpha(forms, 0);
        return new PdfFormHandle(pdfium, forms, info);
    }

    protected override void CloseInCopy() => Native.ExitForms(handle);

    protected override void FreeOwn() => NativeMemory.Free(_info);
}
