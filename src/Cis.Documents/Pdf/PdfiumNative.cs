using System.Runtime.InteropServices;

namespace Cis.Documents.Pdf;

/// <summary>
/// The functions of one loaded copy of PDFium (headers fpdfview.h, fpdf_text.h, fpdf_edit.h, fpdf_annot.h,
/// fpdf_formfill.h, fpdf_progressive.h, fpdf_flatten.h, fpdf_attachment.h). Pointers rather than imports, since each engine has its own
/// copy of the library. Every call must come from the one thread that owns the copy.
/// </summary>
internal sealed unsafe class PdfiumNative
{
    // fpdfview.h
    internal readonly delegate* unmanaged<nint, void> CloseDocument;
    internal readonly delegate* unmanaged<uint> GetLastError;
    internal readonly delegate* unmanaged<nint, int> GetPageCount;
    internal readonly delegate* unmanaged<nint, void> ClosePage;
    internal readonly delegate* unmanaged<nint, FsRect*, int> GetPageBoundingBox;
    internal readonly delegate* unmanaged<int, int, int, byte*, int, nint> CreateBitmap;
    internal readonly delegate* unmanaged<nint, int, int, int, int, uint, int> FillRectangle;
    internal readonly delegate* unmanaged<nint, void> DestroyBitmap;

    // fpdf_edit.h
    internal readonly delegate* unmanaged<nint, int> GetPageRotation;
    internal readonly delegate* unmanaged<nint, int> CountObjects;
    internal readonly delegate* unmanaged<nint, int, nint> GetObject;
    internal readonly delegate* unmanaged<nint, int> GetObjectType;
    internal readonly delegate* unmanaged<nint, FsMatrix*, int> GetObjectMatrix;
    internal readonly delegate* unmanaged<nint, int> HasTransparency;
    internal readonly delegate* unmanaged<nint, uint*, uint*, uint*, uint*, int> GetFillColor;
    internal readonly delegate* unmanaged<nint, uint*, uint*, uint*, uint*, int> GetStrokeColor;
    internal readonly delegate* unmanaged<nint, int> CountFormObjects;
    internal readonly delegate* unmanaged<nint, uint, nint> GetFormObject;
    internal readonly delegate* unmanaged<nint, nint, FsImageMetadata*, int> GetImageMetadata;
    internal readonly delegate* unmanaged<nint, byte*, uint, uint> GetImageDataRaw;
    internal readonly delegate* unmanaged<nint, int> GetImageFilterCount;
    internal readonly delegate* unmanaged<nint, int, byte*, uint, uint> GetImageFilter;
    internal readonly delegate* unmanaged<nint, int> GetTextRenderMode;
    internal readonly delegate* unmanaged<nint, nint> GetClipPath;
    internal readonly delegate* unmanaged<nint, int> CountClipPaths;
    internal readonly delegate* unmanaged<nint, int, int> CountClipSegments;
    internal readonly delegate* unmanaged<nint, int, int, nint> GetClipSegment;
    internal readonly delegate* unmanaged<nint, float*, float*, int> GetSegmentPoint;
    internal readonly delegate* unmanaged<nint, int> GetSegmentType;
    internal readonly delegate* unmanaged<nint, float*, float*, float*, float*, int> GetObjectBounds;
    internal readonly delegate* unmanaged<nint, int*, int*, int> GetPathDrawMode;
    internal readonly delegate* unmanaged<nint, int> CountPathSegments;
    internal readonly delegate* unmanaged<nint, float*, int> GetStrokeWidth;
    internal readonly delegate* unmanaged<nint, int, int> SetIsActive;
    internal readonly delegate* unmanaged<nint, int> CountMarks;
    internal readonly delegate* unmanaged<nint, uint, nint> GetMark;
    internal readonly delegate* unmanaged<nint, char*, uint, uint*, int> GetMarkName;
    internal readonly delegate* unmanaged<nint, nint> GetFont;
    internal readonly delegate* unmanaged<nint, byte*, nuint, nuint> GetBaseFontName;

    // fpdf_annot.h
    internal readonly delegate* unmanaged<nint, int> GetAnnotationCount;
    internal readonly delegate* unmanaged<nint, int, nint> GetAnnotation;
    internal readonly delegate* unmanaged<nint, int> GetAnnotationSubtype;
    internal readonly delegate* unmanaged<nint, void> CloseAnnotation;
    internal readonly delegate* unmanaged<nint, int> GetAnnotationFlags;
    internal readonly delegate* unmanaged<nint, FsRect*, int> GetAnnotationRect;
    internal readonly delegate* unmanaged<nint, byte*, char*, uint, uint> GetAnnotationString;
    internal readonly delegate* unmanaged<nint, int, char*, uint, uint> GetAppearance;

    // fpdf_attachment.h
    internal readonly delegate* unmanaged<nint, char*, nuint, nuint> GetAttachmentName;
    internal readonly delegate* unmanaged<nint, char*, nuint, nuint> GetAttachmentSubtype;

    // fpdf_text.h
    internal readonly delegate* unmanaged<nint, void> CloseTextPage;
    internal readonly delegate* unmanaged<nint, int> CountCharacters;
    internal readonly delegate* unmanaged<nint, int, uint> GetUnicode;
    internal readonly delegate* unmanaged<nint, int, int> HasUnicodeMapError;
    internal readonly delegate* unmanaged<nint, int, int> IsGenerated;
    internal readonly delegate* unmanaged<nint, int, float> GetCharacterAngle;
    internal readonly delegate* unmanaged<nint, int, double*, double*, int> GetCharacterOrigin;
    internal readonly delegate* unmanaged<nint, int, FsRect*, int> GetLooseCharacterBox;
    internal readonly delegate* unmanaged<nint, int, double*, double*, double*, double*, int> GetTightCharacterBox;
    internal readonly delegate* unmanaged<nint, int, double> GetCharacterSize;
    internal readonly delegate* unmanaged<nint, int, FsMatrix*, int> GetCharacterMatrix;
    internal readonly delegate* unmanaged<nint, int, nint> GetTextObject;

    // fpdf_formfill.h
    internal readonly delegate* unmanaged<nint, int> GetFormType;
    internal readonly delegate* unmanaged<nint, void*, nint> InitializeForms;
    internal readonly delegate* unmanaged<nint, void> ExitForms;
    internal readonly delegate* unmanaged<nint, byte, void> SetHighlightAlpha;
    internal readonly delegate* unmanaged<nint, nint, void> AfterLoadPage;
    internal readonly delegate* unmanaged<nint, nint, void> BeforeClosePage;

    // Called through the guard.
    private readonly nint _loadDocument;
    private readonly nint _loadPage;
    private readonly nint _flattenPage;
    private readonly nint _loadTextPage;
    private readonly nint _startRendering;
    private readonly nint _continueRendering;
    private readonly nint _renderPart;
    private readonly nint _drawForms;
    private readonly nint _countAttachments;
    private readonly nint _getAttachment;
    private readonly nint _getAttachmentFile;

    private readonly delegate* unmanaged<nint, void> _closeRendering;
    private readonly delegate* unmanaged<void> _destroyLibrary;
    private readonly nint _library;
    private readonly nint* _noFontFolders;

    private PdfiumNative(nint library, PdfiumGuard guard)
    {
        (_library, Guard) = (library, guard);
        _destroyLibrary = (delegate* unmanaged<void>)Export("FPDF_DestroyLibrary");
        _loadDocument = Export("FPDF_LoadMemDocument64");
        CloseDocument = (delegate* unmanaged<nint, void>)Export("FPDF_CloseDocument");
        GetLastError = (delegate* unmanaged<uint>)Export("FPDF_GetLastError");
        GetPageCount = (delegate* unmanaged<nint, int>)Export("FPDF_GetPageCount");
        _loadPage = Export("FPDF_LoadPage");
        ClosePage = (delegate* unmanaged<nint, void>)Export("FPDF_ClosePage");
        GetPageBoundingBox = (delegate* unmanaged<nint, FsRect*, int>)Export("FPDF_GetPageBoundingBox");
        CreateBitmap = (delegate* unmanaged<int, int, int, byte*, int, nint>)Export("FPDFBitmap_CreateEx");
        FillRectangle = (delegate* unmanaged<nint, int, int, int, int, uint, int>)Export("FPDFBitmap_FillRect");
        DestroyBitmap = (delegate* unmanaged<nint, void>)Export("FPDFBitmap_Destroy");
        _startRendering = Export("FPDF_RenderPageBitmap_Start");
        _continueRendering = Export("FPDF_RenderPage_Continue");
        _renderPart = Export("FPDF_RenderPageBitmapWithMatrix");
        _closeRendering = (delegate* unmanaged<nint, void>)Export("FPDF_RenderPage_Close");
        GetPageRotation = (delegate* unmanaged<nint, int>)Export("FPDFPage_GetRotation");
        CountObjects = (delegate* unmanaged<nint, int>)Export("FPDFPage_CountObjects");
        GetObject = (delegate* unmanaged<nint, int, nint>)Export("FPDFPage_GetObject");
        GetObjectType = (delegate* unmanaged<nint, int>)Export("FPDFPageObj_GetType");
        GetObjectMatrix = (delegate* unmanaged<nint, FsMatrix*, int>)Export("FPDFPageObj_GetMatrix");
        HasTransparency = (delegate* unmanaged<nint, int>)Export("FPDFPageObj_HasTransparency");
        GetFillColor = (delegate* unmanaged<nint, uint*, uint*, uint*, uint*, int>)Export("FPDFPageObj_GetFillColor");
        GetStrokeColor = (delegate* unmanaged<nint, uint*, uint*, uint*, uint*, int>)Export(
            "FPDFPageObj_GetStrokeColor"
        );
        CountFormObjects = (delegate* unmanaged<nint, int>)Export("FPDFFormObj_CountObjects");
        GetFormObject = (delegate* unmanaged<nint, uint, nint>)Export("FPDFFormObj_GetObject");
        GetImageMetadata = (delegate* unmanaged<nint, nint, FsImageMetadata*, int>)Export(
            "FPDFImageObj_GetImageMetadata"
        );
        GetImageDataRaw = (delegate* unmanaged<nint, byte*, uint, uint>)Export("FPDFImageObj_GetImageDataRaw");
        GetImageFilterCount = (delegate* unmanaged<nint, int>)Export("FPDFImageObj_GetImageFilterCount");
        GetImageFilter = (delegate* unmanaged<nint, int, byte*, uint, uint>)Export("FPDFImageObj_GetImageFilter");
        GetTextRenderMode = (delegate* unmanaged<nint, int>)Export("FPDFTextObj_GetTextRenderMode");
        GetClipPath = (delegate* unmanaged<nint, nint>)Export("FPDFPageObj_GetClipPath");
        CountClipPaths = (delegate* unmanaged<nint, int>)Export("FPDFClipPath_CountPaths");
        CountClipSegments = (delegate* unmanaged<nint, int, int>)Export("FPDFClipPath_CountPathSegments");
        GetClipSegment = (delegate* unmanaged<nint, int, int, nint>)Export("FPDFClipPath_GetPathSegment");
        GetSegmentPoint = (delegate* unmanaged<nint, float*, float*, int>)Export("FPDFPathSegment_GetPoint");
        GetSegmentType = (delegate* unmanaged<nint, int>)Export("FPDFPathSegment_GetType");
        GetObjectBounds = (delegate* unmanaged<nint, float*, float*, float*, float*, int>)Export(
            "FPDFPageObj_GetBounds"
        );
        GetPathDrawMode = (delegate* unmanaged<nint, int*, int*, int>)Export("FPDFPath_GetDrawMode");
        CountPathSegments = (delegate* unmanaged<nint, int>)Export("FPDFPath_CountSegments");
        GetStrokeWidth = (delegate* unmanaged<nint, float*, int>)Export("FPDFPageObj_GetStrokeWidth");
        SetIsActive = (delegate* unmanaged<nint, int, int>)Export("FPDFPageObj_SetIsActive");
        CountMarks = (delegate* unmanaged<nint, int>)Export("FPDFPageObj_CountMarks");
        GetMark = (delegate* unmanaged<nint, uint, nint>)Export("FPDFPageObj_GetMark");
        GetMarkName = (delegate* unmanaged<nint, char*, uint, uint*, int>)Export("FPDFPageObjMark_GetName");
        GetFont = (delegate* unmanaged<nint, nint>)Export("FPDFTextObj_GetFont");
        GetBaseFontName = (delegate* unmanaged<nint, byte*, nuint, nuint>)Export("FPDFFont_GetBaseFontName");
        GetAnnotationFlags = (delegate* unmanaged<nint, int>)Export("FPDFAnnot_GetFlags");
        GetAnnotationRect = (delegate* unmanaged<nint, FsRect*, int>)Export("FPDFAnnot_GetRect");
        GetAnnotationString = (delegate* unmanaged<nint, byte*, char*, uint, uint>)Export("FPDFAnnot_GetStringValue");
        GetAppearance = (delegate* unmanaged<nint, int, char*, uint, uint>)Export("FPDFAnnot_GetAP");
        GetAnnotationCount = (delegate* unmanaged<nint, int>)Export("FPDFPage_GetAnnotCount");
        GetAnnotation = (delegate* unmanaged<nint, int, nint>)Export("FPDFPage_GetAnnot");
        GetAnnotationSubtype = (delegate* unmanaged<nint, int>)Export("FPDFAnnot_GetSubtype");
        CloseAnnotation = (delegate* unmanaged<nint, void>)Export("FPDFPage_CloseAnnot");
        GetTightCharacterBox = (delegate* unmanaged<nint, int, double*, double*, double*, double*, int>)Export(
            "FPDFText_GetCharBox"
        );
        GetCharacterSize = (delegate* unmanaged<nint, int, double>)Export("FPDFText_GetFontSize");
        GetCharacterMatrix = (delegate* unmanaged<nint, int, FsMatrix*, int>)Export("FPDFText_GetMatrix");
        _flattenPage = Export("FPDFPage_Flatten");
        _loadTextPage = Export("FPDFText_LoadPage");
        CloseTextPage = (delegate* unmanaged<nint, void>)Export("FPDFText_ClosePage");
        CountCharacters = (delegate* unmanaged<nint, int>)Export("FPDFText_CountChars");
        GetUnicode = (delegate* unmanaged<nint, int, uint>)Export("FPDFText_GetUnicode");
        HasUnicodeMapError = (delegate* unmanaged<nint, int, int>)Export("FPDFText_HasUnicodeMapError");
        IsGenerated = (delegate* unmanaged<nint, int, int>)Export("FPDFText_IsGenerated");
        GetCharacterAngle = (delegate* unmanaged<nint, int, float>)Export("FPDFText_GetCharAngle");
        GetCharacterOrigin = (delegate* unmanaged<nint, int, double*, double*, int>)Export("FPDFText_GetCharOrigin");
        GetLooseCharacterBox = (delegate* unmanaged<nint, int, FsRect*, int>)Export("FPDFText_GetLooseCharBox");
        GetTextObject = (delegate* unmanaged<nint, int, nint>)Export("FPDFText_GetTextObject");
        GetFormType = (delegate* unmanaged<nint, int>)Export("FPDF_GetFormType");
        InitializeForms = (delegate* unmanaged<nint, void*, nint>)Export("FPDFDOC_InitFormFillEnvironment");
        ExitForms = (delegate* unmanaged<nint, void>)Export("FPDFDOC_ExitFormFillEnvironment");
        SetHighlightAlpha = (delegate* unmanaged<nint, byte, void>)Export("FPDF_SetFormFieldHighlightAlpha");
        AfterLoadPage = (delegate* unmanaged<nint, nint, void>)Export("FORM_OnAfterLoadPage");
        BeforeClosePage = (delegate* unmanaged<nint, nint, void>)Export("FORM_OnBeforeClosePage");
        _drawForms = Export("FPDF_FFLDraw");
        _countAttachments = Export("FPDFDoc_GetAttachmentCount");
        _getAttachment = Export("FPDFDoc_GetAttachment");
        _getAttachmentFile = Export("FPDFAttachment_GetFile");
        GetAttachmentName = (delegate* unmanaged<nint, char*, nuint, nuint>)Export("FPDFAttachment_GetName");
        GetAttachmentSubtype = (delegate* unmanaged<nint, char*, nuint, nuint>)Export("FPDFAttachment_GetSubtype");
        // An empty list of font folders. PDFium would open every font of the machine, once per engine, as soon as a page
        // names one that it does not carry; its own substitutes do, and pages then look the same on every machine.
        _noFontFolders = (nint*)NativeMemory.AllocZeroed((nuint)sizeof(nint));
        var config = new FsLibraryConfig { Version = 2, UserFontPaths = _noFontFolders };
        ((delegate* unmanaged<FsLibraryConfig*, void>)Export("FPDF_InitLibraryWithConfig"))(&config);

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>What bounds the calls.</summary>
    internal PdfiumGuard Guard { get; }

    /// <summary>Whether a call was ended half-way: nothing of this copy may be called any more.</summary>
    internal bool IsLost => Guard.IsLost;

    /// <summary>Loads, binds and initializes a copy.</summary>
    /// <exception cref="EntryPointNotFoundException">The library lacks a function: it is too old.</exception>
    internal static PdfiumNative Load(IDocumentLibraries libraries)
    {
        nint library = libraries.LoadPdfium();
        return new PdfiumNative(library, new PdfiumGuard(libraries.LoadGuard(), library));
    }

    /// <summary>FPDF_LoadMemDocument64.</summary>
    internal nint LoadDocument(byte* data, nuint length, byte* password) =>
        Guard.Call(_loadDocument, (nint)data, (nint)length, (nint)password);

    /// <summary>FPDF_LoadPage.</summary>
    internal nint LoadPage(nint document, int index) => Guard.Call(_loadPage, document, index);

    /// <summary>FPDFPage_Flatten.</summary>
    internal int FlattenPage(nint page, int usage) => (int)Guard.Call(_flattenPage, page, usage);

    /// <summary>FPDFText_LoadPage.</summary>
    internal nint LoadTextPage(nint page) => Guard.Call(_loadTextPage, page);

    /// <summary>FPDF_RenderPageBitmap_Start, of the whole page as it stands.</summary>
    internal int StartRendering(nint bitmap, nint page, int width, int height, int flags, FsPause* pause) =>
        (int)Guard.Call(_startRendering, bitmap, page, 0, 0, width, height, 0, flags, (nint)pause);

    /// <summary>FPDF_RenderPage_Continue.</summary>
    internal int ContinueRendering(nint page, FsPause* pause) => (int)Guard.Call(_continueRendering, page, (nint)pause);

    /// <summary>FPDF_RenderPageBitmapWithMatrix, without annotations.</summary>
    internal void RenderPart(nint bitmap, nint page, FsMatrix* matrix, FsRect* clip) =>
        Guard.Call(_renderPart, bitmap, page, (nint)matrix, (nint)clip, 0);

    /// <summary>FPDF_RenderPage_Close; nothing where the copy is lost.</summary>
    internal void CloseRendering(nint page)
    {
        if (!IsLost)
        {
            _closeRendering(page);
        }
    }

    /// <summary>FPDF_FFLDraw, of the whole page as it stands.</summary>
    internal void DrawForms(nint forms, nint bitmap, nint page, int width, int height, int flags) =>
        Guard.Call(_drawForms, forms, bitmap, page, 0, 0, width, height, 0, flags);

    /// <summary>FPDFDoc_GetAttachmentCount.</summary>
    internal int CountAttachments(nint document) => (int)Guard.Call(_countAttachments, document);

    /// <summary>FPDFDoc_GetAttachment.</summary>
    internal nint GetAttachment(nint document, int index) => Guard.Call(_getAttachment, document, index);

    /// <summary>FPDFAttachment_GetFile; decodes the whole file, also where only its length is asked for.</summary>
    internal bool GetAttachmentFile(nint attachment, byte* buffer, nuint size, nuint* length) =>
        (int)Guard.Call(_getAttachmentFile, attachment, (nint)buffer, (nint)size, (nint)length) != 0;

    /// <summary>Gives the copy back. No handle may be alive, unless it is lost.</summary>
    internal void Unload(IDocumentLibraries libraries)
    {
        if (!IsLost)
        {
            _destroyLibrary();
        }

        libraries.UnloadPdfium(_library);
        Guard.Release();
        NativeMemory.Free(_noFontFolders);
    }
}

/// <summary>FPDF_LIBRARY_CONFIG, version 2.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FsLibraryConfig
{
    internal int Version;
    internal nint* UserFontPaths;
    internal void* Isolate;
    internal uint EmbedderSlot;
}

/// <summary>FS_RECTF: page units, y upwards.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FsRect
{
    internal float Left;
    internal float Top;
    internal float Right;
    internal float Bottom;
}

/// <summary>FS_MATRIX: x' = ax + cy + e, y' = bx + dy + f.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FsMatrix
{
    internal float A;
    internal float B;
    internal float C;
    internal float D;
    internal float E;
    internal float F;
}

/// <summary>FPDF_IMAGEOBJ_METADATA.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FsImageMetadata
{
    internal uint Width;
    internal uint Height;
    internal float HorizontalDpi;
    internal float VerticalDpi;
    internal uint BitsPerPixel;
    internal int ColorSpace;
    internal int MarkedContentId;
}

/// <summary>IFSDK_PAUSE.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FsPause
{
    internal int Version;
    internal delegate* unmanaged<FsPause*, int> NeedToPauseNow;
    internal void* User;
}

/// <summary>FPDFBitmap_* formats.</summary>
internal enum FsBitmapFormat
{
    Gray = 1,
    Bgr = 2,
}

/// <summary>FPDF_PAGEOBJ_* types.</summary>
internal static class FsObjectType
{
    internal const int Text = 1;
    internal const int Path = 2;
    internal const int Image = 3;
    internal const int Shading = 4;
    internal const int Form = 5;
}

/// <summary>FPDF_COLORSPACE_* values.</summary>
internal static class FsColorSpace
{
    internal const int DeviceGray = 1;
    internal const int DeviceRgb = 2;
    internal const int CalibratedGray = 4;
    internal const int CalibratedRgb = 5;
    internal const int IccBased = 7;
}

/// <summary>FORMTYPE_* values.</summary>
internal static class FsFormType
{
    // The catalog says NeedsRendering: pages are to be made out of XFA.
    internal const int XfaFull = 2;
}

/// <summary>FPDF_ANNOT_* subtypes.</summary>
internal static class FsAnnotation
{
    internal const int Link = 2;
    internal const int FreeText = 3;
    internal const int Popup = 16;

    // FPDF_ANNOT_FLAG_HIDDEN and _NOVIEW: what a viewer does not show.
    internal const int NotShown = 2 | 32;
}

/// <summary>FPDF_ERR_* codes.</summary>
internal static class FsError
{
    internal const uint Format = 3;
    internal const uint Password = 4;
    internal const uint Security = 5;
}

/// <summary>FPDF_RENDER_* states.</summary>
internal static class FsRenderState
{
    internal const int ToBeContinued = 1;
    internal const int Done = 2;
}
