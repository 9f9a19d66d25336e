using Microsoft.Extensions.Logging;

namespace Cis.Commands;

/// <summary>What the command logs around the worker; the numbers go on from <see cref="Worker.MessageWorker"/>'s.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(
        100,
        LogLevel.Information,
        "Started cis {Version}: queue {Queue}, bucket {Bucket}, index {Index}, engines {Engines}, kernels {Kernels}, "
            + "scratch {Scratch} of {CapacityMiB} MiB"
    )]
    internal static partial void Started(
        ILogger logger,
        string version,
        string queue,
        string bucket,
        string index,
        int engines,
        string kernels,
        string scratch,
        long capacityMiB
    );

    [LoggerMessage(112, LogLevel.Warning, "Settings: {Warning}")]
    internal static partial void SettingsAreOdd(ILogger logger, string warning);
}
