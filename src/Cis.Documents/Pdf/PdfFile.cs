using System.Text;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>
/// A document as PDFium has it open, on the source's bytes, with the fields of its forms. It keeps a copy of every
/// stream it has parsed until the document is closed, so the document is opened again from time to time.
/// </summary>
internal sealed unsafe class PdfFile : IDisposable
{
    // About so many bytes of the file are read between two openings, so about one scanned page; opening takes 0.1 ms for
    // 50 of them. At 4 MB, 3 engines held 20 MB more (docs/memory.md).
    private const long BytesBetweenOpenings = 1 << 20;

    // How far into a file its header is looked for; mail gateways and web servers leave some lines before it.
    private const int MaxGarbage = 64 * 1024;

    private readonly PdfiumNative _pdfium;
    private readonly DocumentSource _source;
    private readonly string? _password;
    private PdfDocumentHandle _document;
    private PdfFormHandle? _forms;
    private readonly Lazy<bool> _mayHaveLayers;
    private int _pagesLoaded;

    internal PdfFile(PdfiumNative pdfium, DocumentSource source, string? password)
    {
        (_pdfium, _source, _password) = (pdfium, source, password);
        _document = Load();
        _forms = PdfFormHandle.Open(pdfium, _document);
        PageCount = pdfium.GetPageCount(_document.Pointer);
        _mayHaveLayers = new Lazy<bool>(LookForLayers);
    }

    /// <summary>
    /// Whether the document may have optional-content layers. They are named in its catalog, which PDFium does not
    /// show: it is looked for in the file, where it stands in clear or in an object stream.
    /// </summary>
    internal bool MayHaveLayers => _mayHaveLayers.Value;

    internal int PageCount { get; }

    /// <summary>The environment that draws form fields, or null where the document has none.</summary>
    internal PdfFormHandle? Forms => _forms;

    /// <summary>Whether its pages are to be made by the viewer, out of XFA: those that it has stand in for them.</summary>
    internal bool IsXfa => _pdfium.GetFormType(_document.Pointer) == FsFormType.XfaFull;

    /// <summary>How many files are embedded in it.</summary>
    internal int CountAttachments() => PdfAttachments.Count(_pdfium, _document.Pointer);

    /// <summary>The files embedded in it.</summary>
    internal List<PdfAttachment> ListAttachments() => PdfAttachments.List(_pdfium, _document.Pointer);

    /// <summary>The bytes of one of them.</summary>
    internal byte[] ReadAttachment(PdfAttachment attachment, long most) =>
        PdfAttachments.Read(_pdfium, _document.Pointer, attachment, most);

    /// <summary>Parses a page.</summary>
    /// <exception cref="ReadException">It is damaged.</exception>
    internal PdfPageHandle LoadPage(int index)
    {
        _pagesLoaded++;
        var page = new PdfPageHandle(_pdfium, _pdfium.LoadPage(_document.Pointer, index), _forms);
        if (!page.IsInvalid)
        {
            return page;
        }

        page.Dispose();
        throw new ReadException(
            Outcome.Corrupt,
            $"Page {index + 1} of {_source.Name} is damaged and cannot be opened."
        );
    }

    /// <summary>Lets go of what the pages so far have left behind, once it is worth it. No page may be open.</summary>
    internal void Trim()
    {
        if (_pdfium.IsLost || _pagesLoaded * (_source.Length / PageCount) < BytesBetweenOpenings)
        {
            return;
        }

        Close();
        _source.ReleaseResidentPages();
        _document = Load();
        _forms = PdfFormHandle.Open(_pdfium, _document);
        _pagesLoaded = 0;
    }

    public void Dispose() => Close();

    private void Close()
    {
        _forms?.Dispose();
        _document.Dispose();
    }

    private PdfDocumentHandle Load()
    {
        nint document = LoadWith(Encoding.UTF8);
        // Encryption before PDF 2.0 hashes the password's Latin-1 bytes.
        if (document == nint.Zero && _password is not null && !Ascii.IsValid(_password))
        {
            document = LoadWith(Encoding.Latin1);
        }

        return document != nint.Zero ? new PdfDocumentHandle(_pdfium, document) : throw Failure();
    }

    private nint LoadWith(Encoding encoding)
    {
        long start = HeaderOffset();
        fixed (byte* password = encoding.GetBytes((_password ?? "") + '\0'))
        {
            return _pdfium.LoadDocument(
                _source.Data + start,
                (nuint)(_source.Length - start),
                _password is null ? null : password
            );
        }
    }

    private bool LookForLayers()
    {
        if (_source.Length > int.MaxValue)
        {
            return true;
        }

        var file = new ReadOnlySpan<byte>(_source.Data, (int)_source.Length);
        return file.IndexOf("/OCProperties"u8) >= 0 || file.IndexOf("/ObjStm"u8) >= 0;
    }

    private int HeaderOffset()
    {
        var head = new ReadOnlySpan<byte>(_source.Data, (int)Math.Min(_source.Length, MaxGarbage));
        // PDFium itself looks through the first kilobyte, and then counts offsets from the header too.
        return Math.Max(0, head.IndexOf("%PDF-"u8));
    }

    private ReadException Failure() =>
        _pdfium.GetLastError() switch
        {
            FsError.Password when _password is null => new(
                Outcome.Encrypted,
                $"{_source.Name} is encrypted: give its password."
            ),
            FsError.Password => new(Outcome.Encrypted, $"{_source.Name} is encrypted and the password given is wrong."),
            FsError.Security => new(
                Outcome.Encrypted,
                $"{_source.Name} is encrypted in a way that cis does not know, such as for a certificate."
            ),
            _ => new(Outcome.Corrupt, $"{_source.Name} is not a PDF, or damaged beyond repair."),
        };
}
