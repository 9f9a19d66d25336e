using System.IO.Hashing;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cis.Payload;

/// <summary>
/// A folder of native libraries, each under the hash of its content, filled once when a machine image is built
/// (<c>cis bake</c>). Loaded from there they share the page cache between processes and need no copy in memory. What
/// is loaded runs, so nothing is taken from a folder that another user could have written to.
/// </summary>
internal sealed class LibraryCache
{
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;
    private const int WritableByOthers = 0x12; // 022 in octal: group and others

    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private readonly string _directory;

    private LibraryCache(string directory) => _directory = directory;

    /// <summary>A cache that was baked before.</summary>
    /// <exception cref="PayloadException">It does not exist, or others may write to it.</exception>
    public static LibraryCache Open(string directory)
    {
        using SafeFileHandle folder =
            OpenTrusted(directory, Folder)
            ?? throw new PayloadException(
                $"The library cache {directory} does not exist: fill it with 'cis bake {directory}'."
            );
        return new LibraryCache(directory);
    }

    /// <summary>Fills a cache with the libraries of a payload; what it holds already is checked and kept.</summary>
    /// <returns>The path of each library in the cache.</returns>
    /// <exception cref="PayloadException">The folder is not to be trusted, or holds an altered library.</exception>
    public static IReadOnlyList<string> Bake(PayloadStore payload, string directory)
    {
        Directory.CreateDirectory(directory, FolderMode);
        LibraryCache cache = Open(directory);
        var paths = new List<string>();
        foreach (PayloadEntry entry in payload.Entries.Where(IsLibrary))
        {
            using PayloadView view = payload.Map(entry);
            paths.Add(cache.Store(entry.Name, view.Span));
        }
        return paths;
    }

    /// <summary>
    /// The cached files of a payload's libraries by file name, all of them checked before any is loaded; one that was
    /// not baked is left out.
    /// </summary>
    /// <exception cref="PayloadException">One was altered, or others may write to it.</exception>
    public Dictionary<string, SafeFileHandle> OpenLibraries(PayloadStore payload)
    {
        var files = new Dictionary<string, SafeFileHandle>(StringComparer.Ordinal);
        foreach (PayloadEntry entry in payload.Entries.Where(IsLibrary))
        {
            if (TryOpenLibrary(entry) is { } file)
            {
                files.Add(Path.GetFileName(entry.Name), file);
            }
        }
        return files;
    }

    /// <summary>The cached file of a library, checked, or null when it was not baked.</summary>
    /// <exception cref="PayloadException">It was altered, or others may write to it.</exception>
    public SafeFileHandle? TryOpenLibrary(PayloadEntry entry)
    {
        string path = PathOf(entry.Name, entry.Hash);
        // Its folder first: who may write there may put another file in this one's place after the check.
        using SafeFileHandle? folder = OpenTrusted(Path.GetDirectoryName(path)!, Folder);
        SafeFileHandle? file = folder is null ? null : OpenTrusted(path, RegularFile);
        if (file is null || (RandomAccess.GetLength(file) == entry.Length && HashOf(file) == entry.Hash))
        {
            return file;
        }

        file.Dispose();
        throw Refused(path, "does not match its hash");
    }

    private static bool IsLibrary(PayloadEntry entry) => entry.Name.StartsWith("lib/", StringComparison.Ordinal);

    private string Store(string name, ReadOnlySpan<byte> content)
    {
        UInt128 hash = XxHash128.HashToUInt128(content);
        string path = PathOf(name, hash);
        using SafeFileHandle? present = TryOpenLibrary(new PayloadEntry(name, 0, content.Length, hash));
        if (present is not null)
        {
            return path;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!, FolderMode);
        // Written aside and renamed: a reader sees the whole file or none.
        string draft = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(draft, content);
        File.SetUnixFileMode(draft, FolderMode & ~UnixFileMode.UserWrite);
        File.Move(draft, path, overwrite: true);
        return path;
    }

    private string PathOf(string name, UInt128 hash) => Path.Combine(_directory, $"{hash:x32}", Path.GetFileName(name));

    private static UInt128 HashOf(SafeFileHandle file)
    {
        using var map = MemoryMappedFile.CreateFromFile(
            file,
            mapName: null,
            capacity: 0,
            MemoryMappedFileAccess.Read,
            HandleInheritability.None,
            leaveOpen: true
        );
        using var view = new PayloadView(map, 0, RandomAccess.GetLength(file));
        return XxHash128.HashToUInt128(view.Span);
    }

    /// <summary>Opens a path that belongs to root or this user and that nobody else may write to; null when missing.</summary>
    private static unsafe SafeFileHandle? OpenTrusted(string path, int type)
    {
        SafeFileHandle file = LibcNative.Open(path, LibcNative.ONofollow | LibcNative.OCloexec);
        if (file.IsInvalid)
        {
            const int noSuchFile = 2;
            int error = Marshal.GetLastPInvokeError();
            return error == noSuchFile ? null : throw Refused(path, Marshal.GetPInvokeErrorMessage(error));
        }
        LibcNative.StatxBuffer stat;
        if (LibcNative.Statx(file, "\0"u8, LibcNative.AtEmptyPath, LibcNative.StatxTypeModeUid, &stat) != 0)
        {
            throw Refused(path, Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
        }

        if ((stat.Mode & TypeMask) != type)
        {
            throw Refused(path, "is of the wrong type");
        }

        if (stat.UserId != 0 && stat.UserId != LibcNative.Geteuid())
        {
            throw Refused(path, $"belongs to user {stat.UserId}");
        }

        if ((stat.Mode & WritableByOthers) != 0)
        {
            throw Refused(path, "may be written by others");
        }

        return file;
    }

    private static PayloadException Refused(string path, string why) =>
        new($"The library cache is refused: {path} {why}. Remove it and run 'cis bake' again.");
}
