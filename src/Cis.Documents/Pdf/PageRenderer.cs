using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>Draws a page with its annotations and form fields straight into a <see cref="PageImage"/>.</summary>
internal sealed unsafe class PageRenderer(PdfiumNative pdfium)
{
    // FPDF_ANNOT. No FPDF_LCD_TEXT: colored fringes are for screens.
    private const int RenderAnnotations = 0x01;
    private const uint White = 0xFFFFFFFF;

    internal void Render(
        PdfPageHandle page,
        PdfFormHandle? forms,
        PageGeometry geometry,
        PixelFormat format,
        PageImage target,
        CancellationToken token
    )
    {
        target.Reset(geometry.Width, geometry.Height, format);
        int bitmapFormat = (int)(format == PixelFormat.Gray8 ? FsBitmapFormat.Gray : FsBitmapFormat.Bgr);
        using var bitmap = new PdfBitmapHandle(
            pdfium,
            pdfium.CreateBitmap(geometry.Width, geometry.Height, bitmapFormat, target.Pixels, target.Stride)
        );
        if (bitmap.IsInvalid)
        {
            throw new ReadException(Outcome.TooLarge, "The page is too large for the PDF renderer.");
        }

        pdfium.FillRectangle(bitmap.Pointer, 0, 0, geometry.Width, geometry.Height, White);
        Draw(page, bitmap, geometry, token);
        if (forms is not null)
        {
            (int w, int h) = (geometry.Width, geometry.Height);
            pdfium.DrawForms(forms.Pointer, bitmap.Pointer, page.Pointer, w, h, RenderAnnotations);
        }
    }

    private void Draw(PdfPageHandle page, PdfBitmapHandle bitmap, PageGeometry geometry, CancellationToken token)
    {
        using var pause = new RenderPause(token);
        (int w, int h) = (geometry.Width, geometry.Height);
        try
        {
            int state = pdfium.StartRendering(bitmap.Pointer, page.Pointer, w, h, RenderAnnotations, pause.Pointer);
            while (state == FsRenderState.ToBeContinued)
            {
                token.ThrowIfCancellationRequested();
                state = pdfium.ContinueRendering(page.Pointer, pause.Pointer);
            }

            if (state != FsRenderState.Done)
            {
                throw new ReadException(Outcome.Corrupt, "The page cannot be drawn: its content is damaged.");
            }
        }
        finally
        {
            pdfium.CloseRendering(page.Pointer);
        }
    }
}
