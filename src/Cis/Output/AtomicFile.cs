namespace Cis.Output;

/// <summary>
/// A file that appears under its name only when it is complete: it is written beside it and renamed by
/// <see cref="Commit"/>. Disposed without that, it leaves nothing.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string? _temporaryPath; // null: written in place
    private bool _isCommitted;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where it shall appear; a link is followed, and a device or pipe of /dev is written in place.</param>
    /// <exception cref="OutputException">It cannot be written there.</exception>
    internal AtomicFile(string path)
    {
        try
        {
            _path = ResolveLink(Path.GetFullPath(path));
            _temporaryPath = IsDevice(_path) ? null : TemporaryPathFor(_path);
            Stream = Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Where the bytes go.</summary>
    internal Stream Stream { get; }

    /// <summary>Makes the file appear, in place of an older one.</summary>
    internal void Commit()
    {
        Stream.Dispose();
        if (_temporaryPath is not null)
        {
            File.Move(_temporaryPath, _path, overwrite: true);
        }

        _isCommitted = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isCommitted)
        {
            return;
        }

        try
        {
            Stream.Dispose();
        }
        catch (IOException)
        {
            // The disk is full: what is given up need not be written to its end.
        }

        if (_temporaryPath is not null)
        {
            File.Delete(_temporaryPath);
        }
    }

    private FileStream Open() =>
        _temporaryPath is null
            ? new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
            : new FileStream(_temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.Read);

    private static string ResolveLink(string path) =>
        new FileInfo(path).LinkTarget is null || IsDevice(path)
            ? path
            : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    // /dev/shm is an ordinary folder, in memory; the worker's scratch may lie there.
    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    // In the same folder, since a rename is atomic only within one file system. Hidden, so that a run over the folder
    // does not take it for an input. Without the file's name, which may be as long as names can be.
    private static string TemporaryPathFor(string path) =>
        Path.Combine(
            Path.GetDirectoryName(path) ?? "/",
            $".cis-{Environment.ProcessId}-{Path.GetRandomFileName()}.partial"
        );
}
