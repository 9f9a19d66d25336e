using Microsoft.Extensions.Logging;

namespace Cis.Local;

/// <summary>What a worker over a folder says beside what every worker says.</summary>
internal static partial class LocalLog
{
    [LoggerMessage(
        500,
        LogLevel.Warning,
        "{Database} is held by another process (a backup, a shell of sqlite3?): waiting until it is free"
    )]
    internal static partial void Held(ILogger logger, string database);

    [LoggerMessage(501, LogLevel.Warning, "{Database} was removed: it is created again, and the folder is read again")]
    internal static partial void Remade(ILogger logger, string database);

    [LoggerMessage(
        502,
        LogLevel.Warning,
        "The kernel does not report what happens in {Folder}: all of it is scanned every {Seconds} s instead. "
            + "Raise fs.inotify.max_user_instances (sysctl) and start the worker again. {Reason}"
    )]
    internal static partial void Unwatched(ILogger logger, string folder, double seconds, string reason);

    [LoggerMessage(
        503,
        LogLevel.Warning,
        "The kernel reports only a part of what happens in {Folder}, the rest is found within {Seconds} s: raise "
            + "fs.inotify.max_user_watches (sysctl). {Reason}"
    )]
    internal static partial void PartlyWatched(ILogger logger, string folder, double seconds, string reason);
}
