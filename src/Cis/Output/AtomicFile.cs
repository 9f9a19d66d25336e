using Cis.Files;
using Cis.Pages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Output;

/// <summary>
/// A file that appears under its name only when it is complete: it is written beside it and renamed by
/// <see cref="Commit"/>. Disposed without that, it leaves nothing.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    // As many links as Linux follows (path_resolution(7)).
    private const int MostLinks = 40;

    private readonly string _path;
    private readonly string? _temporaryPath; // null: written in place
    private bool _isCommitted;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where it shall appear; a link is followed, and a device or pipe is written in place.</param>
    /// <exception cref="OutputException">It cannot be written there.</exception>
    internal AtomicFile(string path)
    {
        try
        {
            bool isInPlace = IsDevice(path);
            _path = isInPlace ? path : ResolveLink(path);
            _temporaryPath = isInPlace ? null : TemporaryPathFor(_path);
            Stream = Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{PathBytes.Shown(path)} cannot be written: {FileFault.Describe(e)}", e);
        }
    }

    /// <summary>Where the bytes go.</summary>
    internal Stream Stream { get; }

    /// <summary>Makes the file appear, in place of an older one.</summary>
    internal void Commit()
    {
        Stream.Dispose();
        if (_temporaryPath is not null && !FileCalls.TryRename(_temporaryPath, _path))
        {
            throw FileCalls.LastFailure();
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
            _ = FileCalls.TryRemove(_temporaryPath);
        }
    }

    private FileStream Open()
    {
        SafeFileHandle file = _temporaryPath is null
            ? FileCalls.Open(_path, FileCalls.WriteOnly)
            : FileCalls.Open(_temporaryPath, FileCalls.WriteOnly | FileCalls.Create | FileCalls.Exclusive);
        return file.IsInvalid ? throw FileCalls.LastFailure() : new FileStream(file, FileAccess.Write);
    }

    private static string ResolveLink(string path)
    {
        for (int links = 0; links < MostLinks && FileCalls.LinkTarget(path) is { } target; links++)
        {
            path = Path.Combine(Path.GetDirectoryName(path) ?? "/", target);
        }

        return path;
    }

    // What is not a regular file is not replaced by one. Nor is what a descriptor in /dev has open; but /dev/shm is an ordinary
    // folder, in memory; the worker's scratch may lie there.
    private static bool IsDevice(string path)
    {
        string full = Path.GetFullPath(path);
        return FileFacts.Of(path) is { Kind: FileKind.Pipe or FileKind.Other }
            || full.StartsWith("/dev/", StringComparison.Ordinal)
                && !full.StartsWith("/dev/shm/", StringComparison.Ordinal);
    }

    // In the same folder, since a rename is atomic only within one file system. Hidden, so that a run over the folder
    // does not take it for an input. Without the file's name, which may be as long as names can be.
    private static string TemporaryPathFor(string path) =>
        Path.Combine(
            Path.GetDirectoryName(path) ?? "/",
            $".cis-{Environment.ProcessId}-{Path.GetRandomFileName()}.partial"
        );
}
