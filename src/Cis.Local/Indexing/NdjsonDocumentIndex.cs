using System.Buffers;
using System.Text.Json;
using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Win32.SafeHandles;

namespace Cis.Local.Indexing;

/// <summary>
/// Appends what goes into an index to a file as well, in the format of OpenSearch's <c>_bulk</c>: an action line with
/// the version and <c>external_gte</c>, then the document. So the file can be sent as it is, twice too.
/// </summary>
internal sealed class NdjsonDocumentIndex : IDocumentIndex, IDisposable
{
    private readonly IDocumentIndex _inner;
    private readonly string _indexName;
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly SemaphoreSlim _gate = new(1);
    private long _length;

    /// <summary>Opens the file, or makes it, and cuts off what a crash left half written.</summary>
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
            _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            CheckStart(_file, path);
            _length = WholePairs.LengthIn(_file);
            RandomAccess.SetLength(_file, _length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // The last one for pipes and terminals, from which nothing can be cut off.
            _file?.Dispose();
            throw new ReadException(Outcome.AccessDenied, $"{path} cannot be written: {e.Message}", e);
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
        catch (IOException e)
        {
            CutTornEnd();
            throw new TransientException(Dependency.Index, $"{_path} cannot be written: {e.Message}", e);
        }
        finally
        {
            _gate.Release();
        }

        return await _inner.BulkAsync(documents, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _gate.Dispose();
    }

    // What stands behind the last whole pair is cut off: a file that was named by mistake must not lose its end.
    private static void CheckStart(SafeFileHandle file, string path)
    {
        Span<byte> start = stackalloc byte[ActionStart.Length];
        int count = RandomAccess.Read(file, start, fileOffset: 0);
        if (!ActionStart.StartsWith(start[..count]))
        {
            file.Dispose();
            throw new ReadException(
                Outcome.UnsupportedType,
                $"{path} holds something else than what --ndjson writes: name another file"
            );
        }
    }

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

        RandomAccess.Write(_file, lines.WrittenSpan, _length);
        RandomAccess.FlushToDisk(_file);
        _length += lines.WrittenCount;
    }

    // After a full disk. Where that fails too, the next batch goes over the torn one, and so does the next start.
    private void CutTornEnd()
    {
        try
        {
            RandomAccess.SetLength(_file, _length);
        }
        catch (IOException)
        {
            // The failure of the writing itself is what gets reported.
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
