using System.Globalization;
using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Fetching;

/// <summary>
/// The folder where files lie while they are read: in memory (tmpfs) by default. Every file has a folder of its own,
/// named by a number and never by a key; room for it is reserved before its first byte comes. Thread-safe.
/// </summary>
public sealed class Scratch : IDisposable
{
    private const string InstancePrefix = "cis-worker-";
    private const string StartingPrefix = "cis-starting-";
    private const string LockName = "lock";

    /// <summary>A folder with less room, in bytes, is full: every file would be refused as too large.</summary>
    public const long MinRoom = 1 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<(long Bytes, TaskCompletionSource Granted)> _queue = new();
    private readonly long _capacity;
    private readonly FileStream _lock;
    private long _used;
    private long _lastJob;
    private bool _isKept;

    private Scratch(string instance, long capacity, FileStream @lock)
    {
        Folder = instance;
        _capacity = capacity;
        _lock = @lock;
    }

    /// <summary>This process's own folder.</summary>
    public string Folder { get; }

    /// <summary>The most bytes that may be reserved.</summary>
    public long Capacity => _capacity;

    /// <summary>How many bytes are reserved.</summary>
    public long Used
    {
        get
        {
            lock (_gate)
            {
                return _used;
            }
        }
    }

    /// <summary>Opens the first of several folders that is writable.</summary>
    /// <param name="candidates">The wanted folder first; those that are not there are passed over.</param>
    /// <param name="capacity">The most bytes that files may take at once, if there is so much room.</param>
    /// <param name="logger">Hears which folder it is when it is not the first.</param>
    /// <exception cref="IOException">None can be written to, or none has room.</exception>
    public static Scratch Open(IReadOnlyList<string> candidates, long capacity, ILogger logger) =>
        Open(candidates, capacity, logger, RoomIn);

    /// <summary>The same, with another measure of the room in a folder.</summary>
    internal static Scratch Open(
        IReadOnlyList<string> candidates,
        long capacity,
        ILogger logger,
        Func<string, long> roomIn
    )
    {
        ArgumentNullException.ThrowIfNull(candidates);
        for (int i = 0; ; i++)
        {
            try
            {
                return Open(candidates[i], capacity, roomIn);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && i + 1 < candidates.Count)
            {
                LogMessages.ScratchUnusable(logger, candidates[i], candidates[i + 1], e.Message);
            }
        }
    }

    /// <summary>
    /// The folders that earlier processes of this user left behind when they died; whoever is still running keeps his.
    /// What others put beside them is not read: a journal in it would be taken for messages of our own.
    /// </summary>
    public IReadOnlyList<OrphanFolder> FindOrphans()
    {
        return [.. OrphansIn(Path.GetDirectoryName(Folder)!)];
    }

    /// <summary>Makes a folder for a file.</summary>
    internal ScratchFolder CreateFolder()
    {
        string number = Interlocked.Increment(ref _lastJob).ToString(CultureInfo.InvariantCulture);
        string path = Path.Combine(Folder, number);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TransientException(Dependency.Host, $"no folder can be made on scratch: {e.Message}", e);
        }

        return new ScratchFolder(this, path);
    }

    /// <summary>Waits until there is space, first come, first served.</summary>
    /// <exception cref="ReadException">It is more than there is room for at all.</exception>
    internal async ValueTask ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytes > _capacity)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"the file has {bytes} bytes, and scratch takes {_capacity} (scratch-bytes)"
            );
        }

        TaskCompletionSource granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _queue.Enqueue((bytes, granted));
            GrantLocked();
        }

        using CancellationTokenRegistration stop = cancellationToken.UnsafeRegister(
            _ => granted.TrySetCanceled(cancellationToken),
            state: null
        );
        await granted.Task;
    }

    /// <summary>Releases reserved space.</summary>
    internal void Release(long bytes)
    {
        lock (_gate)
        {
            _used -= bytes;
            GrantLocked();
        }
    }

    /// <summary>Keeps this process's folder for the next process to recover.</summary>
    internal void Keep() => _isKept = true;

    /// <summary>Removes this process's folder, unless it is kept.</summary>
    public void Dispose()
    {
        if (!_isKept)
        {
            Remove(Folder);
        }

        _lock.Dispose();
    }

    /// <summary>Removes a folder with everything in it, as far as possible.</summary>
    internal static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be removed now is swept at the next start.
        }
    }

    private static Scratch Open(string root, long capacity, Func<string, long> roomIn)
    {
        if (!Directory.Exists(root))
        {
            // Made now, it would lie on a disk: a tmpfs is mounted before.
            throw new DirectoryNotFoundException("there is no such folder");
        }

        string name = $"{Environment.ProcessId}-{Guid.NewGuid():N}";
        // Under another name until it is locked: a worker that starts at the same time would take it for left behind.
        string unlocked = Path.Combine(root, StartingPrefix + name);
        string folder = Path.Combine(root, InstancePrefix + name);
        // Files of others pass through here: nobody else is to read them.
        Directory.CreateDirectory(unlocked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (TryLock(unlocked) is not { } held)
        {
            Remove(unlocked);
            throw new IOException("no file can be made and locked in it");
        }

        Directory.Move(unlocked, folder);
        // Before the room is measured: what a worker that died was reading may fill it. Its journal stays.
        foreach (OrphanFolder orphan in OrphansIn(root))
        {
            orphan.RemoveFiles();
        }

        long room = roomIn(root);
        if (room < Math.Min(capacity, MinRoom))
        {
            Remove(folder);
            held.Dispose();
            throw new IOException("it is full");
        }

        return new Scratch(folder, Math.Min(capacity, room), held);
    }

    // The folder of a running worker, this one's own too, is locked.
    private static IEnumerable<OrphanFolder> OrphansIn(string root)
    {
        foreach (string folder in Directory.EnumerateDirectories(root, InstancePrefix + "*"))
        {
            if (FolderOwner.IsThisUser(folder) && TryLock(folder) is { } held)
            {
                yield return new OrphanFolder(folder, held);
            }
        }
    }

    /// <summary>
    /// The bytes that files may take in a folder: what is set may be more than there is (in a container /dev/shm has
    /// 64 MiB). Files then wait for room, where they would fail for want of it; a quarter is left to the journal and to others.
    /// </summary>
    public static long RoomIn(string root) => new DriveInfo(root).AvailableFreeSpace / 4 * 3;

    // An advisory lock of the system (flock): it goes when its process dies, however it dies.
    private static FileStream? TryLock(string folder)
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, LockName),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void GrantLocked()
    {
        while (_queue.TryPeek(out (long Bytes, TaskCompletionSource Granted) next))
        {
            if (next.Granted.Task.IsCompleted)
            {
                _queue.Dequeue(); // gave up
                continue;
            }

            if (_used + next.Bytes > _capacity)
            {
                return;
            }

            _queue.Dequeue();
            if (next.Granted.TrySetResult())
            {
                _used += next.Bytes;
            }
        }
    }
}

/// <summary>The folder of a dead process, locked so that no other process takes it too.</summary>
public sealed class OrphanFolder : IDisposable
{
    private readonly FileStream _lock;

    internal OrphanFolder(string folder, FileStream @lock)
    {
        Folder = folder;
        _lock = @lock;
    }

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Removes the files that were being read, and unlocks the rest for other processes.</summary>
    internal void RemoveFiles()
    {
        foreach (string file in Directory.EnumerateDirectories(Folder))
        {
            Scratch.Remove(file);
        }

        _lock.Dispose();
    }

    /// <summary>Removes it.</summary>
    public void Dispose()
    {
        Scratch.Remove(Folder);
        _lock.Dispose();
    }
}

/// <summary>The folder of one file. Disposing it removes the folder and releases its space.</summary>
internal sealed class ScratchFolder(Scratch scratch, string path) : IDisposable
{
    private long _reserved;

    /// <summary>Where the file goes.</summary>
    internal string File { get; } = Path.Combine(path, "file");

    /// <summary>Reserves space, after releasing what was reserved for this folder before.</summary>
    internal async ValueTask ReserveAsync(long bytes, CancellationToken cancellationToken)
    {
        scratch.Release(Interlocked.Exchange(ref _reserved, 0));
        await scratch.ReserveAsync(bytes, cancellationToken);
        _reserved = bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Scratch.Remove(path);
        scratch.Release(Interlocked.Exchange(ref _reserved, 0));
    }
}
