using Cis.Local.Queueing;
using Cis.Worker.Ports;

namespace Cis.Local.Folders;

/// <summary>
/// Feeds the queue from the folder for as long as it runs: at once what was there, then what the kernel reports, and
/// every now and then all of it, since reports get lost (a full queue of events, network file systems).
/// </summary>
internal sealed class FolderWatcher : IDisposable
{
    private static readonly TimeSpan RescanEvery = TimeSpan.FromMinutes(1);

    // A file that is being written reports many times a second.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    // Over so many changes to come, a look at all files is cheaper than a list of them.
    private const int MostTouched = 10_000;

    private readonly FolderFeed _feed;
    private readonly FolderPaths _paths;
    private readonly TimeProvider _time;
    private readonly FileSystemWatcher _events;
    private readonly WakeUp _wakeUp = new();
    private readonly Lock _gate = new();
    private HashSet<string> _touched = new(StringComparer.Ordinal);
    private bool _mustRescan;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="TransientException">The folder is gone, or the kernel gives no more watches.</exception>
    internal FolderWatcher(FolderFeed feed, FolderPaths paths, TimeProvider time)
    {
        _feed = feed;
        _paths = paths;
        _time = time;
        _events = new FileSystemWatcher
        {
            IncludeSubdirectories = true,
            NotifyFilter =
                NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        _events.Created += (_, change) => Touch(change.FullPath);
        _events.Changed += (_, change) => Touch(change.FullPath);
        _events.Renamed += (_, change) => Touch(change.FullPath);
        _events.Error += (_, _) => AskForRescan();
        Start();
    }

    private bool IsTouched
    {
        get
        {
            lock (_gate)
            {
                return _mustRescan || _touched.Count > 0;
            }
        }
    }

    /// <summary>Feeds the queue until it is cancelled.</summary>
    /// <exception cref="TransientException">The database cannot be written.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            long lastScan = _time.GetTimestamp();
            var waiting = new HashSet<string>(_feed.LookAtAll(cancellationToken), StringComparer.Ordinal);
            while (!TakeRescan() && _time.GetElapsedTime(lastScan) < RescanEvery)
            {
                await WaitAsync(waiting.Count > 0 ? _feed.Settling : RescanEvery, cancellationToken);
                waiting.UnionWith(TakeTouched());
                waiting = new HashSet<string>(_feed.LookAt(waiting, cancellationToken), StringComparer.Ordinal);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    private void Start()
    {
        try
        {
            _events.Path = _paths.Root;
            _events.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The last one for a folder that is not there.
            _events.Dispose();
            throw new TransientException(Dependency.Host, $"{_paths.Root} cannot be watched: {e.Message}", e);
        }
    }

    private void Touch(string path)
    {
        if (_paths.KeyOf(path) is not { } key)
        {
            return;
        }

        // A folder that was moved here brings files that nothing is reported of.
        bool isFolder = Directory.Exists(path);
        lock (_gate)
        {
            _mustRescan |= isFolder || _touched.Count >= MostTouched;
            if (!_mustRescan)
            {
                _touched.Add(key);
            }
        }

        _wakeUp.Signal();
    }

    private void AskForRescan()
    {
        lock (_gate)
        {
            _mustRescan = true;
        }

        _wakeUp.Signal();
    }

    private async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task wokenUp = _wakeUp.Next;
        if (!IsTouched)
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _ = await Task.WhenAny(wokenUp, Task.Delay(atMost, _time, enough.Token));
            await enough.CancelAsync();
        }

        await Task.Delay(Gathering, _time, cancellationToken);
    }

    private HashSet<string> TakeTouched()
    {
        lock (_gate)
        {
            HashSet<string> touched = _touched;
            _touched = new HashSet<string>(StringComparer.Ordinal);
            return touched;
        }
    }

    private bool TakeRescan()
    {
        lock (_gate)
        {
            bool mustRescan = _mustRescan;
            _mustRescan = false;
            return mustRescan;
        }
    }
}
