using Microsoft.Extensions.Logging;

namespace Cis.Commands;

/// <summary>What the command logs around the worker; the numbers go on from <see cref="Worker.MessageWorker"/>'s.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(112, LogLevel.Warning, "Settings: {Warning}")]
    internal static partial void SettingsAreOdd(ILogger logger, string warning);
}
