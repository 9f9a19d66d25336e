using Cis.Local.Queueing;
using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Local.Folders;

/// <summary>
/// Feeds the queue from the folder while it runs: at once with what is there, then with what the kernel reports, and
/// regularly with all of it, since reports get lost (an overflow, network file systems). Where the kernel reports
/// nothing at all, the folder is scanned more often.
/// </summary>
internal sealed class FolderWatcher : IDisposable
{
    private static readonly TimeSpan RescanEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RescanUnwatchedEvery = TimeSpan.FromSeconds(10);

    // A file that is being written reports many times a second.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    // The longest time until it is noticed that the database was created again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // With more changes pending than this, a scan of all files is cheaper than a list of them.
    private const int MaxTouched = 10_000;

    private readonly FolderFeed _feed;
    private readonly FolderPaths _paths;
    private readonly Func<int> _generation;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly FileSystemWatcher _events;
    private readonly TimeSpan _rescanEvery;
    private readonly WakeUp _wakeUp = new();
    private readonly Lock _gate = new();
    private HashSet<string> _touched = new(StringComparer.Ordinal);
    private bool _mustRescan;
    private bool _hasSaidPart;

    /// <summary>Starts to listen.</summary>
    /// <param name="feed">Is told which files to examine.</param>
    /// <param name="paths">The folder.</param>
    /// <param name="generation">Changes when the database was created again, so that all files must be
    /// examined.</param>
    /// <param name="logger">Hears of what the kernel does not report.</param>
    /// <param name="time">The clock.</param>
    /// <param name="start">Starts the events; null for the default.</param>
    /// <exception cref="TransientException">The folder is gone.</exception>
    internal FolderWatcher(
        FolderFeed feed,
        FolderPaths paths,
        Func<int> generation,
        ILogger logger,
        TimeProvider time,
        Action<FileSystemWatcher>? start = null
    )
    {
        _feed = feed;
        _paths = paths;
        _generation = generation;
        _logger = logger;
        _time = time;
        _events = new FileSystemWatcher
        {
            IncludeSubdirectories = true,
            NotifyFilter =
                NotifyFilters.FileName
                | NotifyFilters.DirectoryName
                | NotifyFilters.LastWrite
                | NotifyFilters.Size
                | NotifyFilters.Attributes,
        };
        _events.Created += (_, change) => Touch(change.FullPath);
        _events.Changed += (_, change) => Touch(change.FullPath);
        _events.Deleted += (_, change) => Touch(change.FullPath);
        _events.Renamed += (_, change) =>
        {
            Touch(change.OldFullPath);
            Touch(change.FullPath);
        };
        _events.Error += (_, error) => Missed(error.GetException());
        _rescanEvery = TryStart(start ?? Start) ? RescanEvery : RescanUnwatchedEvery;
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

    /// <summary>Feeds the queue until canceled.</summary>
    /// <exception cref="TransientException">The database cannot be written.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!Directory.Exists(_paths.Root))
            {
                // The folder that replaces it has to be watched again.
                throw new TransientException(Dependency.Host, $"{_paths.Root} is no longer there");
            }

            long lastScan = _time.GetTimestamp();
            int generation = _generation();
            var waiting = new HashSet<string>(_feed.LookAtAll(true, cancellationToken), StringComparer.Ordinal);
            while (generation == _generation() && _time.GetElapsedTime(lastScan) < _rescanEvery)
            {
                await WaitAsync(waiting.Count > 0 ? _feed.Settling : LongestWait, cancellationToken);
                waiting.UnionWith(TakeTouched());
                if (TakeRescan())
                {
                    // Before deleted files are forgotten: they may be among the new ones, under another name.
                    break;
                }

                waiting = new HashSet<string>(_feed.LookAt(waiting, true, cancellationToken), StringComparer.Ordinal);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _events.Dispose();

    private void Start(FileSystemWatcher events)
    {
        events.Path = _paths.Root;
        events.EnableRaisingEvents = true;
    }

    private bool TryStart(Action<FileSystemWatcher> start)
    {
        try
        {
            start(_events);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            if (!Directory.Exists(_paths.Root))
            {
                _events.Dispose();
                throw new TransientException(
                    Dependency.Host,
                    $"{_paths.Root} cannot be watched: {FileFault.Describe(e)}",
                    e
                );
            }

            LocalLog.Unwatched(_logger, _paths.Root, RescanUnwatchedEvery.TotalSeconds, e.Message);
            return false;
        }
    }

    private void Missed(Exception error)
    {
        // The rescan catches up with a burst that overflowed; without watches that is the rule.
        if (error is not InternalBufferOverflowException && !_hasSaidPart)
        {
            _hasSaidPart = true;
            LocalLog.PartlyWatched(_logger, _paths.Root, RescanEvery.TotalSeconds, error.Message);
        }

        AskForRescan();
    }

    private void Touch(string path)
    {
        if (_paths.KeyOf(path) is not { } key)
        {
            return;
        }

        // A folder that was moved here brings files that are not reported.
        bool isFolder = Directory.Exists(path);
        lock (_gate)
        {
            _mustRescan |= isFolder || _touched.Count >= MaxTouched;
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
