using Cis.Aws.Reindexing;
using Cis.Configuration;
using Cis.Output;
using Cis.Pages;
using Cis.Payload;
using Cis.Searching;
using Cis.Terminal;
using Cis.Worker.Ports;

namespace Cis.Commands;

/// <summary>Says in one line why a command could not do its work, and with which code the process ends.</summary>
internal static class CommandFailure
{
    internal static ExitCode Report(Exception e, ErrorOutput error)
    {
        if (e is OutputClosedException)
        {
            return ExitCode.OutputClosed;
        }

        ExitCode code = CodeOf(e);
        error.Complain(
            code == ExitCode.Crashed && e is not ReadException
                ? $"cis failed inside ({e.GetType().Name}: {e.Message}); please report it"
                : e.Message
        );
        if (code == ExitCode.Crashed)
        {
            error.Explain(e.ToString());
        }

        return code;
    }

    private static ExitCode CodeOf(Exception e) =>
        e switch
        {
            UsageException or SettingException or SearchQueryException or ReindexException { IsRefusal: true } =>
                ExitCode.Usage,
            ReindexException => ExitCode.SomeFailed,
            OutputException => ExitCode.OutputFailed,
            PayloadException => ExitCode.PayloadDamaged,
            ReadException read => ExitCodes.Of(read.Outcome),
            TransientException { IsWrongSetting: true } => ExitCode.Usage,
            TransientException => ExitCode.Unavailable,
            _ => ExitCode.Crashed,
        };
}
