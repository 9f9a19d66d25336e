using System.Buffers;
using Cis.Pages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Documents;

/// <summary>
/// The bytes of one document, read-only and shared by all engine threads: a file, mapped when it is read, or memory. Dispose of
/// it after every <see cref="IDocument"/> opened on it.
/// </summary>
public sealed unsafe class DocumentSource : IDisposable
{
    private readonly SharedOwner _owner;
    private bool _isDisposed;

    private DocumentSource(string name, DocumentType type, SourceBytes bytes, long length)
    {
        _owner = new SharedOwner(bytes);
        (Name, Type, Length) = (name, type, length);
    }

    private DocumentSource(DocumentSource other)
    {
        (_owner, Name, Type, Length) = (other._owner, other.Name, other.Type, other.Length);
        _owner.Add();
    }

    /// <summary>What to call the document: its path, or the name it was given.</summary>
    public string Name { get; }

    /// <summary>What it is, decided by its bytes, else by its name, else by its declared media type.</summary>
    public DocumentType Type { get; }

    /// <summary>The media type that goes with <see cref="Type"/>.</summary>
    public string MimeType => DocumentTypes.MimeTypeOf(Type);

    /// <summary>Its size in bytes, at least 1.</summary>
    public long Length { get; }

    internal byte* Data => _owner.Bytes.Data;

    /// <summary>Whether the bytes are those of a file, which others may cut short.</summary>
    internal bool IsFile => _owner.Bytes is FileBytes;

    /// <summary>Whether that has been seen to happen, since it is watched for.</summary>
    internal bool IsCut => _owner.IsCut;

    /// <summary>How many bytes from its start tell what a file is.</summary>
    public static int HeadLength => TypeSniffer.Window;

    /// <summary>Whether a file's name ends as those of a type that cis reads; what the file is, its bytes decide.</summary>
    public static bool HasSupportedName(string path) => DocumentTypes.OfName(path) is not null;

    /// <summary>What a file's first bytes say that it is; null if nothing that cis reads.</summary>
    public static DocumentType? TypeOf(ReadOnlySpan<byte> head) => TypeSniffer.TypeOf(head);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">Of these, <see cref="DocumentLimits.MaxBytes"/> is checked here.</param>
    /// <param name="declaredMimeType">What a sender says it is; the bytes and the name are believed first.</param>
    /// <param name="name">What to call it, where the path is not what it is known by.</param>
    /// <exception cref="ReadException">
    /// It is missing, may not be read, is empty, too large, or of a type that cis does not read.
    /// </exception>
    public static DocumentSource FromFile(
        string path,
        DocumentLimits limits,
        string? declaredMimeType = null,
        string? name = null
    )
    {
        using FileStream file = OpenFile(path);
        return FromOpenFile(file, name ?? path, limits, declaredMimeType);
    }

    /// <summary>Takes a file that is open, or reads what cannot be mapped to its end.</summary>
    /// <param name="file">The file from its start; not closed.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="limits">As for <see cref="FromFile"/>.</param>
    /// <param name="declaredMimeType">As for <see cref="FromFile"/>.</param>
    /// <exception cref="ReadException">It is empty, too large, or of a type that cis does not read.</exception>
    public static DocumentSource FromOpenFile(
        FileStream file,
        string name,
        DocumentLimits limits,
        string? declaredMimeType = null
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(limits);
        if (!file.CanSeek)
        {
            return FromStream(file, name, limits, declaredMimeType);
        }

        long length = file.Length;
        CheckLength(name, length, limits);
        // Read, not mapped: nobody watches yet.
        byte[] head = new byte[HeadLength];
        int known = RandomAccess.Read(file.SafeFileHandle, head, fileOffset: 0);
        DocumentType type = DecideType(head.AsSpan(0, known), name, declaredMimeType);
        var bytes = new FileBytes(MemoryFile.Duplicate(file.SafeFileHandle), name, length);
        return new DocumentSource(name, type, bytes, length);
    }

    /// <summary>Takes a file that another process has opened and looked at.</summary>
    /// <param name="file">The file, which is closed with the source.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="type">What it is.</param>
    /// <exception cref="ReadException">It has become empty.</exception>
    public static DocumentSource FromDescriptor(SafeFileHandle file, string name, DocumentType type)
    {
        ArgumentNullException.ThrowIfNull(file);
        long length = RandomAccess.GetLength(file);
        if (length == 0)
        {
            throw new ReadException(Outcome.Corrupt, $"{name} was cut short while it was read.");
        }

        return new DocumentSource(name, type, new FileBytes(file, name, length), length);
    }

    /// <summary>Reads a stream to its end, such as standard input.</summary>
    /// <param name="stream">Read from where it stands; not closed.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="limits">As for <see cref="FromFile"/>.</param>
    /// <param name="declaredMimeType">As for <see cref="FromFile"/>.</param>
    /// <exception cref="ReadException">It is empty, too large, or of a type that cis does not read.</exception>
    public static DocumentSource FromStream(
        Stream stream,
        string name,
        DocumentLimits limits,
        string? declaredMimeType = null
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        using var bytes = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            int count;
            while ((count = stream.Read(buffer)) > 0)
            {
                bytes.Write(buffer, 0, count);
                CheckNotTooLarge(name, bytes.Length, limits);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return FromBytes(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), name, limits, declaredMimeType);
    }

    /// <summary>Borrows memory, which must not change until the source is disposed of.</summary>
    /// <param name="bytes">The whole document.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="limits">As for <see cref="FromFile"/>.</param>
    /// <param name="declaredMimeType">As for <see cref="FromFile"/>.</param>
    /// <exception cref="ReadException">It is empty, too large, or of a type that cis does not read.</exception>
    public static DocumentSource FromBytes(
        ReadOnlyMemory<byte> bytes,
        string name,
        DocumentLimits limits,
        string? declaredMimeType = null
    )
    {
        ArgumentNullException.ThrowIfNull(limits);
        CheckLength(name, bytes.Length, limits);
        ReadOnlySpan<byte> head = bytes.Span[..Math.Min(bytes.Length, HeadLength)];
        DocumentType type = DecideType(head, name, declaredMimeType);
        return new DocumentSource(name, type, new MemoryBytes(bytes), bytes.Length);
    }

    /// <summary>
    /// A file with these bytes, for another process: the one that it is, or one in memory. It is the source's.
    /// </summary>
    /// <exception cref="ReadException">There is no memory for it: <see cref="Outcome.Transient"/>.</exception>
    public SafeFileHandle Descriptor() => _owner.Bytes.Descriptor;

    /// <summary>The same bytes for another who disposes of them in their own time.</summary>
    public DocumentSource Share() => new(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _owner.Dispose();
        }
    }

    /// <summary>Sees to it that missing pages of a mapped file do not end the process; once is enough.</summary>
    internal void Watch(nint guardLibrary) => _owner.Watch(guardLibrary, Length);

    /// <summary>Lets a mapped file's bytes leave this process's memory; they come back when read again.</summary>
    internal void ReleaseResidentPages()
    {
        if (IsFile)
        {
            // Advice only: nothing to do where it is not taken.
            _ = MemoryFileCalls.Advise(Data, (nuint)Length, MemoryFileCalls.DontNeed);
        }
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ReadException(Outcome.ObjectMissing, $"{path}: there is no such file.", e);
        }
        catch (UnauthorizedAccessException e) when (Directory.Exists(path))
        {
            throw new ReadException(Outcome.UnsupportedType, $"{path} is a folder, not a file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ReadException(Outcome.AccessDenied, $"{path} may not be read by this user.", e);
        }
        catch (IOException e)
        {
            throw new ReadException(Outcome.AccessDenied, $"{path} cannot be opened: {e.Message}", e);
        }
    }

    private static void CheckLength(string name, long length, DocumentLimits limits)
    {
        if (length == 0)
        {
            throw new ReadException(Outcome.Corrupt, $"{name} is empty.");
        }

        CheckNotTooLarge(name, length, limits);
    }

    private static void CheckNotTooLarge(string name, long length, DocumentLimits limits)
    {
        if (length > limits.MaxBytes)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{name} has more than {limits.MaxBytes} bytes; the limit on file bytes can be raised."
            );
        }
    }

    private static DocumentType DecideType(ReadOnlySpan<byte> head, string name, string? declaredMimeType)
    {
        if (TypeSniffer.TypeOf(head) is { } byBytes)
        {
            return byBytes;
        }

        if (TypeSniffer.UnsupportedKindOf(head) is { } kind)
        {
            throw new ReadException(Outcome.UnsupportedType, $"{name} is {kind}, which cis does not read.");
        }

        return DocumentTypes.OfName(name)
            ?? DocumentTypes.OfMimeType(declaredMimeType)
            ?? throw new ReadException(
                Outcome.UnsupportedType,
                $"{name} is of no type that cis reads: PDF, JPEG, PNG, TIFF, WebP, GIF, AVIF or BMP."
            );
    }

    /// <summary>Gives the bytes back with the last source of them.</summary>
    private sealed class SharedOwner(SourceBytes bytes) : IDisposable
    {
        private readonly Lock _gate = new();
        private MappingWatch? _watch;
        private int _sources = 1;

        internal SourceBytes Bytes => bytes;

        internal bool IsCut => _watch is { IsCut: true };

        public void Dispose()
        {
            if (Interlocked.Decrement(ref _sources) == 0)
            {
                _watch?.End();
                bytes.Dispose();
            }
        }

        internal void Watch(nint guardLibrary, long length)
        {
            lock (_gate)
            {
                _watch ??= new MappingWatch(guardLibrary, bytes.Data, length);
            }
        }

        internal void Add() => Interlocked.Increment(ref _sources);
    }
}
