using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Cis.Payload;

/// <summary>
/// What cis carries: native libraries, models, licenses. In the packed executable they lie behind the code; for an
/// unpacked build (tests, benchmarks) they are the files of the folder that <c>CIS_PAYLOAD_DIR</c> names.
/// </summary>
internal sealed class PayloadStore : IDisposable
{
    /// <summary>The variable that names the folder of an unpacked build's payload.</summary>
    internal const string FolderVariable = "CIS_PAYLOAD_DIR";

    private readonly Dictionary<string, PayloadEntry> _entries;
    private readonly SafeFileHandle? _packedFile;

    private PayloadStore(string location, SafeFileHandle? packedFile, IEnumerable<PayloadEntry> entries)
    {
        Location = location;
        _packedFile = packedFile;
        _entries = entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The packed file, or the folder of loose files.</summary>
    public string Location { get; }

    /// <summary>All entries, in the order in which they were packed.</summary>
    public IReadOnlyCollection<PayloadEntry> Entries => _entries.Values;

    /// <summary>
    /// The payload of this executable; its table is checked, its entries not yet (<see cref="Verify"/>).
    /// </summary>
    /// <exception cref="PayloadException">The executable is cut off, altered or was never packed.</exception>
    public static PayloadStore Open()
    {
        string path = Environment.ProcessPath ?? "the executable";
        if (TryOpen(path, OpenSelf()) is { } packed)
        {
            return packed;
        }
        // Only an unpacked build asks the environment: the packed file trusts nothing but itself.
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } directory)
        {
            return OpenDirectory(directory);
        }

        throw CutOff(path);
    }

    /// <summary>The payload of a packed file.</summary>
    /// <exception cref="PayloadException">The file is cut off, altered or was never packed.</exception>
    public static PayloadStore OpenFile(string path) => TryOpen(path, File.OpenHandle(path)) ?? throw CutOff(path);

    /// <summary>The files of a folder as a payload, without hashes.</summary>
    public static PayloadStore OpenDirectory(string directory)
    {
        var root = new DirectoryInfo(directory);
        if (!root.Exists)
        {
            throw new PayloadException($"{FolderVariable} names {root.FullName}, which is not a folder.");
        }

        IEnumerable<PayloadEntry> entries = root.EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => new PayloadEntry(Path.GetRelativePath(root.FullName, file.FullName), 0, LengthOf(file), 0));
        return new PayloadStore(root.FullName, packedFile: null, entries);
    }

    // A link has a length of its own.
    private static long LengthOf(FileInfo file) => ((FileInfo?)file.ResolveLinkTarget(true) ?? file).Length;

    /// <summary>The entry of that name.</summary>
    /// <exception cref="PayloadException">There is none.</exception>
    public PayloadEntry Find(string name) =>
        _entries.TryGetValue(name, out PayloadEntry entry)
            ? entry
            : throw new PayloadException($"{Location} carries no {name}: build it again with ./build.sh build.");

    /// <summary>Whether there is an entry of that name.</summary>
    public bool TryFind(string name, out PayloadEntry entry) => _entries.TryGetValue(name, out entry);

    /// <summary>The bytes of an entry, mapped into memory read-only and without a copy.</summary>
    public PayloadView Map(PayloadEntry entry)
    {
        SafeFileHandle file = _packedFile ?? File.OpenHandle(Path.Combine(Location, entry.Name));
        var map = MemoryMappedFile.CreateFromFile(
            file,
            mapName: null,
            capacity: 0,
            MemoryMappedFileAccess.Read,
            HandleInheritability.None,
            leaveOpen: ReferenceEquals(file, _packedFile)
        );
        return new PayloadView(map, entry.Offset, entry.Length);
    }

    /// <summary>
    /// Checks every byte of a packed file against its table (95 MB in about 10 ms when cached); a folder of loose files
    /// has nothing to check.
    /// </summary>
    /// <exception cref="PayloadException">An entry, or the executable itself, was altered.</exception>
    public void Verify()
    {
        if (_packedFile is null)
        {
            return;
        }
        // One mapping at a time: pages that were only checked must not count as memory in use.
        long end = 0;
        foreach (PayloadEntry entry in _entries.Values)
        {
            VerifyPadding(end, entry.Offset);
            using PayloadView view = Map(entry);
            if (XxHash128.HashToUInt128(view.Span) != entry.Hash)
            {
                throw Damaged(Location, entry.Name);
            }

            end = entry.Offset + entry.Length;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _packedFile?.Dispose();

    /// <summary>By the link, not by the path: it leads to this very file even after it was renamed or replaced.</summary>
    private static SafeFileHandle OpenSelf()
    {
        try
        {
            return File.OpenHandle("/proc/self/exe");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PayloadException(
                "cis cannot read its own file, /proc/self/exe: mount /proc, and let its user read it.",
                e
            );
        }
    }

    private static PayloadStore? TryOpen(string path, SafeFileHandle file)
    {
        try
        {
            if (ReadTable(path, file) is { } entries)
            {
                return new PayloadStore(path, file, entries);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
        file.Dispose();
        return null;
    }

    /// <summary>The rows of a file's table, or null when it ends in none.</summary>
    private static PayloadEntry[]? ReadTable(string path, SafeFileHandle file)
    {
        long fileLength = RandomAccess.GetLength(file);
        Span<byte> footer = stackalloc byte[PayloadTable.FooterSize];
        if (
            !ReadFully(file, footer, fileLength - footer.Length)
            || !PayloadTable.TryLocate(footer, fileLength, out long offset, out int length)
        )
        {
            return null;
        }
        byte[] table = new byte[length];
        if (
            !ReadFully(file, table, offset)
            || PayloadTable.Read(footer, table) is not { } entries
            || !PayloadTable.AreInPlace(entries, offset)
        )
        {
            throw Damaged(path, "its table");
        }

        return entries;
    }

    private static bool ReadFully(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        if (offset < 0)
        {
            return false;
        }

        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
            offset += read;
        }
        return true;
    }

    /// <summary>The zeros between two entries are covered by no hash.</summary>
    private void VerifyPadding(long start, long end)
    {
        Span<byte> padding = stackalloc byte[PayloadTable.PageSize];
        padding = padding[..checked((int)(end - start))];
        if (!ReadFully(_packedFile!, padding, start) || padding.ContainsAnyExcept((byte)0))
        {
            throw Damaged(Location, "the space between entries");
        }
    }

    private static PayloadException CutOff(string path) =>
        new($"{path} is cut off, or was never packed: its payload is missing. Copy it again, or run ./build.sh build.");

    private static PayloadException Damaged(string path, string part) =>
        new($"{path} is damaged ({part} does not match its hash): copy it again.");
}
