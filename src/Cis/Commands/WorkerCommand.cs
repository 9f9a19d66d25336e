using System.CommandLine;
using System.Net.Sockets;
using Cis.Backends;
using Cis.Commands.Help;
using Cis.Commands.Tree;
using Cis.Configuration;
using Cis.Doctor;
using Cis.Isolation;
using Cis.Local;
using Cis.Pages;
using Cis.Reading;
using Cis.Sandbox;
using Cis.Service;
using Cis.Worker;
using Cis.Worker.Fetching;
using Cis.Worker.Monitoring;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Commands;

/// <summary><c>cis worker</c>: from the queue to the index, until it is told to stop.</summary>
internal sealed class WorkerCommand
{
    internal const string Examples = """
        Examples:
          cis worker                               SQS_QUEUE_URL, S3_BUCKET and OPENSEARCH_ENDPOINT say what from and to
          cis worker --exit-when-idle 60           ends once the queue has been empty for a minute
          cis worker --local inbox/                no cloud: the files of a folder, and what is dropped into it
          cis worker --local inbox/ --once         what is in the folder now; then cis search WORDS --local inbox/

        SIGTERM or Ctrl-C: finishes what runs (--drain-seconds), returns the rest to the queue, and exits with 0. A
        second one returns everything at once. Every setting can also be given as a variable or in a file: see cis
        config show.
        """;

    // Engines end within milliseconds of being told to. One that hangs in a library must not keep the process.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(500);

    // Beyond the time for a file: for the start of the process, and for the models to be loaded.
    private static readonly TimeSpan ChildMargin = TimeSpan.FromSeconds(60);

    private readonly Option<string?> _local = new Option<string?>("--local")
    {
        HelpName = "DIR",
        Description = "Use a folder as queue and store, and keep the index beside its files.",
    }.In(OptionSection.Local);

    private readonly Option<bool> _once = new Option<bool>("--once")
    {
        Description = "With --local: end when everything that is in the folder now is done.",
    }.In(OptionSection.Local);

    private readonly Option<string?> _ndjson = new Option<string?>("--ndjson")
    {
        HelpName = "FILE",
        Description = "With --local: write each document to a file as well, in the format of OpenSearch's _bulk.",
    }.In(OptionSection.Local);

    private readonly CommandHost _host;
    private readonly SettingFlags _flags;

    private WorkerCommand(Command command, CommandHost host)
    {
        _host = host;
        command.Options.Add(_local);
        command.Options.Add(_once);
        command.Options.Add(_ndjson);
        LoudnessOptions.AddVerboseTo(command);
        _flags = new SettingFlags(command, Settings.OfWorker);
        command.SetAction((parsed, _) => RunAsync(parsed));
    }

    internal static Command Create(CommandHost host)
    {
        var command = new Command(
            "worker",
            "Receive notifications of files from a queue, and put their text into an index."
        );
        _ = new WorkerCommand(command, host);
        HelpPage.AddTo(command, Examples);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        SettingValues settings = _flags.ResolveSilently(parsed, _host);
        using var signals = new StopSignals(heedsSecond: true);
        ILogger log = _host.Error.Log(settings.Get(WorkerSettings.Format), LevelOf(parsed, settings));
        foreach (string warning in settings.Warnings)
        {
            WorkerLog.SettingsAreOdd(log, warning);
        }

        using WorkerBackend backend = OpenBackend(parsed, settings, log, signals.Token);
        using IEngineFactory engines = _host.OpenEngines(settings);
        LogSandbox(engines, settings, log);
        using Scratch scratch = OpenScratch(settings, log);
        using var pool = new EnginePool(settings.Pool() with { Room = MessageWorker.MaxInFlight }, engines.Create);
        using var worker = new MessageWorker(
            new WorkerPorts(backend.Queue, backend.Store, backend.Index, Isolated(settings)),
            pool,
            settings.Worker(backend.DefaultBucket, engines.Build.Id),
            scratch,
            TimeProvider.System,
            log
        );
        WorkerLog.Started(
            log,
            engines.Build.ToString(),
            backend.QueueName,
            backend.DefaultBucket ?? "named by each notification",
            backend.IndexName,
            pool.Engines,
            VersionCommand.NameOf(engines.Kernels),
            scratch.Folder,
            scratch.Capacity >> 20
        );
        var supervisor = new Supervisor(TimeProvider.System, log);
        using MetricsEndpoint? metrics = OpenMetrics(settings, worker, supervisor);
        using var manager = ServiceManager.Open(_host.Environment);
        using var writing = new CancellationTokenSource();
        Task written = WriteMetricsAsync(settings, worker, writing.Token);
        WorkerEnd end = await RunAsync(worker, backend, signals, supervisor, manager, log);
        await writing.CancelAsync();
        await written;
        ExitCode code = ExitCode.Ok;
        if (end != WorkerEnd.Stopped && !signals.Token.IsCancellationRequested)
        {
            // What is in flight, if anything, is in the journal.
            ProcessExit.Restart();
            // It could not: the service manager can, but for a worker that ended well it does not.
            code = ExitCode.Crashed;
        }

        if (!await pool.StopAsync(StopTimeout))
        {
            // A thread still inside a library must not meet that library's clean-up at a regular exit.
            worker.Dispose();
            scratch.Dispose();
            ProcessExit.Now(code);
        }

        return (int)code;
    }

    // A level that somebody has set says more exactly what is wanted.
    private LogLevel LevelOf(ParseResult parsed, SettingValues settings) =>
        LoudnessOptions.Heed(parsed, _host) && settings[WorkerSettings.Level].IsDefault
            ? LogLevel.Debug
            : settings.Get(WorkerSettings.Level);

    private static void LogSandbox(IEngineFactory engines, SettingValues settings, ILogger log)
    {
        engines.Say = text => MessageWorker.LogSandboxWarning(log, text);
        SandboxLayers layers = engines.FindLayers();
        if (layers != SandboxLayers.None)
        {
            MessageWorker.LogSandbox(log, SandboxCheck.NameOf(layers));
        }
        else if (settings.Get(Settings.Sandbox) == SandboxMode.Off)
        {
            MessageWorker.LogSandboxWarning(log, "off: documents are parsed in this process");
        }
    }

    private static async Task<WorkerEnd> RunAsync(
        MessageWorker worker,
        WorkerBackend backend,
        StopSignals signals,
        Supervisor supervisor,
        ServiceManager? manager,
        ILogger log
    )
    {
        using var drain = CancellationTokenSource.CreateLinkedTokenSource(signals.Token);
        using var feeding = CancellationTokenSource.CreateLinkedTokenSource(signals.Token);
        using var reporting = new CancellationTokenSource();
        Task<WorkerEnd> working = worker.RunAsync(drain.Token, signals.Hurry);
        Task<string> fed = supervisor.RunAsync("feed", backend.FeedAsync, feeding.Token);
        Task looking = SetupCheck.RunAsync(backend.Setup, worker.Metrics, TimeProvider.System, log, feeding.Token);
        Task reported = ReportAsync(worker, manager, supervisor, reporting.Token);
        Task first = await Task.WhenAny(working, fed);
        if (first == fed || await working == WorkerEnd.Stopped)
        {
            manager?.Stopping();
        }

        if (first == fed && fed.IsCompletedSuccessfully)
        {
            MessageWorker.LogEnding(log, await fed);
        }

        await drain.CancelAsync();
        await working;
        await feeding.CancelAsync();
        await reporting.CancelAsync();
        await looking;
        try
        {
            await Task.WhenAll(fed, reported);
        }
        catch (OperationCanceledException)
        {
            // The end of the worker.
        }

        return await working;
    }

    // While it drains, too: that may take longer than the watchdog waits.
    private static Task ReportAsync(
        MessageWorker worker,
        ServiceManager? manager,
        Supervisor supervisor,
        CancellationToken cancellationToken
    )
    {
        if (manager is null)
        {
            return Task.CompletedTask;
        }

        var report = new ServiceReport(
            manager,
            worker.DescribeHealth,
            worker.DescribeReadiness,
            worker.Metrics,
            TimeProvider.System
        );
        manager.Ready(report.Describe());
        return supervisor.RunAsync("service report", report.RunAsync, cancellationToken);
    }

    private WorkerBackend OpenBackend(ParseResult parsed, SettingValues settings, ILogger log, CancellationToken stop)
    {
        if (parsed.GetValue(_local) is not { } folder)
        {
            return parsed.GetValue(_once) || parsed.GetValue(_ndjson) is not null
                ? throw new UsageException("--once and --ndjson go with --local DIR")
                : CloudBackend.Open(settings, _host.Environment, log);
        }

        var options = new LocalFolderOptions(folder)
        {
            NdjsonFile = parsed.GetValue(_ndjson),
            IndexName = settings.Get(WorkerSettings.Index)!,
            Settling = settings.Get(WorkerSettings.LocalSettleSeconds),
            MaxReceives = settings.Get(WorkerSettings.LocalReceives),
            Deleted = settings.Get(WorkerSettings.LocalDeleted),
            Logger = log,
            Stop = stop,
        };
        bool isOnce = parsed.GetValue(_once);
        // Whoever starts it by a timer wants to hear that it cannot be done; a daemon waits.
        options = isOnce ? options : options with { BusyTimeout = TimeSpan.MaxValue };
        nint library = _host.LoadLibrary(settings, LocalFolder.LibraryName);
        return new LocalBackend(LocalFolder.Open(library, options, TimeProvider.System), folder, isOnce);
    }

    private static Scratch OpenScratch(SettingValues settings, ILogger log)
    {
        string wanted = settings.Get(WorkerSettings.ScratchDirectory)!;
        try
        {
            return Scratch.Open(
                [wanted, "/dev/shm", Path.GetTempPath()],
                settings.Get(WorkerSettings.ScratchBytes),
                log
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReadException(
                Outcome.AccessDenied,
                $"no folder for scratch can be used (scratch-directory): {e.Message}",
                e
            );
        }
    }

    private static MetricsEndpoint? OpenMetrics(SettingValues settings, MessageWorker worker, Supervisor supervisor)
    {
        int port = settings.Get(WorkerSettings.MetricsPort);
        try
        {
            var pages = new EndpointPages(worker.DescribeMetrics, worker.DescribeHealth, worker.DescribeReadiness);
            return port == 0 ? null : MetricsEndpoint.Open(port, pages, supervisor);
        }
        catch (SocketException e)
        {
            throw new SettingException($"metrics-port {port} cannot be served: {e.Message}; name another");
        }
    }

    private Task WriteMetricsAsync(SettingValues settings, MessageWorker worker, CancellationToken cancellationToken) =>
        settings.Emf() is { } options
            ? worker.WriteMetricsAsync(options, _host.Output(), cancellationToken)
            : Task.CompletedTask;

    private static ChildProcessReader Isolated(SettingValues settings) =>
        new(
            Environment.ProcessPath!,
            settings,
            settings.Get(Settings.FileSeconds) is var limit && limit > TimeSpan.Zero
                ? limit + ChildMargin
                : Timeout.InfiniteTimeSpan
        );
}
