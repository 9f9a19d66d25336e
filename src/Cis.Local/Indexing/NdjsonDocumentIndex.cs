using System.Buffers;
using System.Text.Json;
using Cis.Local.Files;
using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Win32.SafeHandles;

namespace Cis.Local.Indexing;

/// <summary>
/// Appends what goes into an index to a file as well, in the format of OpenSearch's <c>_bulk</c>: an action line with
/// the version and <c>external_gte</c>, then the document. So the file can be sent as it is, twice too. Several workers
/// can share a file: each batch is appended under a lock, behind what is whole of the others'. One that was renamed
/// meanwhile (rotated) is started again.
/// </summary>
internal sealed class NdjsonDocumentIndex : IDocumentIndex, IDisposable
{
    private readonly IDocumentIndex _inner;
    private readonly string _indexName;
    private readonly string _path;
    private readonly SemaphoreSlim _gate = new(1);

    // Up to where which file is known to be whole.
    private FileStamp? _file;
    private long _length;

    /// <summary>Makes the file if it is not there, and cuts off what a crash left half written.</summary>
    /// <param name="inner">Gets the documents too, once they are in the file.</param>
    /// <param name="path">The file.</param>
    /// <param name="indexName">The index that the action lines name.</param>
    /// <exception cref="ReadException">The file cannot be written, or is of something else.</exception>
    internal NdjsonDocumentIndex(IDocumentIndex inner, string path, string indexName)
    {
        _inner = inner;
        _indexName = indexName;
        _path = path;
        try
        {
            using SafeFileHandle file = OpenWhole();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // The last one for pipes and terminals, from which nothing can be cut off.
            throw new ReadException(Outcome.AccessDenied, $"{path} cannot be written: {FileFault.Describe(e)}", e);
        }
    }

    private static ReadOnlySpan<byte> ActionStart => "{\"index\":"u8;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IndexResult>> BulkAsync(
        IReadOnlyList<IndexDocument> documents,
        CancellationToken cancellationToken
    )
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // First the file: a document that is in it and not in the index comes again, and its version makes the
            // second copy harmless. The other way round it would be missing.
            Append(documents);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ReadException)
        {
            throw new TransientException(Dependency.Index, $"{_path} cannot be written: {FileFault.Describe(e)}", e);
        }
        finally
        {
            _gate.Release();
        }

        return await _inner.BulkAsync(documents, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private void Append(IReadOnlyList<IndexDocument> documents)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (IndexDocument document in documents)
        {
            WriteAction(lines, document);
            lines.Write("\n"u8);
            lines.Write(document.Source.Span);
            lines.Write("\n"u8);
        }

        using SafeFileHandle file = OpenWhole();
        RandomAccess.Write(file, lines.WrittenSpan, _length);
        RandomAccess.FlushToDisk(file);
        _length += lines.WrittenCount;
    }

    /// <summary>Opens the file for this process alone, and cuts off what another one, or a full disk, left half written.</summary>
    private SafeFileHandle OpenWhole()
    {
        SafeFileHandle file = File.OpenHandle(
            _path,
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete
        );
        try
        {
            FileControl.Lock(file);
            long length = RandomAccess.GetLength(file);
            FileStamp? now = FileStamp.Of(_path);
            bool isKnown = now is { } stamp && _file?.IsSameFile(stamp) == true && _length <= length;
            if (!isKnown)
            {
                CheckStart(file, _path);
            }

            _file = now;
            _length = WholePairs.LengthIn(file, isKnown ? _length : 0);
            if (_length < length)
            {
                RandomAccess.SetLength(file, _length);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // What stands behind the last whole pair is cut off: a file that was named by mistake must not lose its end.
    private static void CheckStart(SafeFileHandle file, string path)
    {
        Span<byte> start = stackalloc byte[ActionStart.Length];
        int count = RandomAccess.Read(file, start, fileOffset: 0);
        if (!ActionStart.StartsWith(start[..count]))
        {
            throw new ReadException(
                Outcome.UnsupportedType,
                $"{path} holds something else than what --ndjson writes: name another file"
            );
        }
    }

    private void WriteAction(IBufferWriter<byte> lines, IndexDocument document)
    {
        using var json = new Utf8JsonWriter(lines);
        json.WriteStartObject();
        json.WriteStartObject("index");
        json.WriteString("_index", _indexName);
        json.WriteString("_id", document.Id);
        json.WriteNumber("version", document.Version);
        json.WriteString("version_type", "external_gte");
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
