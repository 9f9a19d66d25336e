using System.Diagnostics;
using System.Globalization;
using System.Text;
using Cis.Pages;

namespace Cis;

/// <summary>What the process says at its end. The numbers are part of the interface: scripts rely on them.</summary>
internal enum ExitCode
{
    /// <summary>All went well.</summary>
    Ok = 0,

    /// <summary>Of several files some were not read in full.</summary>
    SomeFailed = 1,

    /// <summary>The command line or the configuration is wrong.</summary>
    Usage = 2,

    /// <summary>Of the file some pages were not read.</summary>
    Partial = 3,

    /// <summary>There is no such file, folder or page.</summary>
    Missing = 4,

    /// <summary>The file may not be read.</summary>
    AccessDenied = 5,

    /// <summary>The file is of no type that cis reads.</summary>
    UnsupportedType = 6,

    /// <summary>The file is damaged.</summary>
    Corrupt = 7,

    /// <summary>The file needs a password.</summary>
    Encrypted = 8,

    /// <summary>The file is over a limit.</summary>
    TooLarge = 9,

    /// <summary>The file took longer than allowed.</summary>
    TimedOut = 10,

    /// <summary>The output cannot be written.</summary>
    OutputFailed = 11,

    /// <summary>The executable itself is damaged.</summary>
    PayloadDamaged = 12,

    /// <summary>The index does not take the document.</summary>
    IndexRefused = 13,

    /// <summary>A message names no file.</summary>
    BadMessage = 14,

    /// <summary>A fault of cis.</summary>
    Crashed = 70,

    /// <summary>A service that is needed cannot be reached.</summary>
    Unavailable = 75,

    /// <summary>Stopped by SIGINT.</summary>
    Interrupted = 130,

    /// <summary>The reader of standard output has gone.</summary>
    OutputClosed = 141,

    /// <summary>Stopped by SIGTERM.</summary>
    Terminated = 143,
}

/// <summary>The table of exit codes: the one place that says what each means and which outcome leads to it.</summary>
internal static class ExitCodes
{
    /// <summary>Every code with its meaning, in ascending order.</summary>
    internal static IReadOnlyList<(ExitCode Code, string Meaning)> Table { get; } =
    [
        (ExitCode.Ok, "every wanted page of every file was read"),
        (
            ExitCode.SomeFailed,
            "several files: at least one was not read in full; standard error says which and why. cis doctor, cis index check, cis "
                + "index reindex: not all is as it should be"
        ),
        (
            ExitCode.Usage,
            "the command line, a variable or the configuration file is wrong, or an output would replace an input or "
                + "another document; nothing was read"
        ),
        (ExitCode.Partial, "the file was read but for some pages"),
        (ExitCode.Missing, "there is no such file, or none of the wanted pages is in it"),
        (ExitCode.AccessDenied, "the file may not be read by this user; cis search --index: nor the index"),
        (ExitCode.UnsupportedType, "the file is of no type that cis reads"),
        (ExitCode.Corrupt, "the file is damaged"),
        (ExitCode.Encrypted, "the file is encrypted, and the password is missing or wrong"),
        (ExitCode.TooLarge, "the file is over a limit (max-bytes, max-pages)"),
        (ExitCode.TimedOut, "reading took longer than a limit (page-seconds, file-seconds)"),
        (ExitCode.OutputFailed, "the output cannot be written"),
        (ExitCode.PayloadDamaged, "the executable is truncated or altered: copy it again"),
        (ExitCode.IndexRefused, "the index does not take the document; cis search --index: nor the question"),
        (ExitCode.BadMessage, "a message names no file in any form that cis knows"),
        (ExitCode.Crashed, "a fault of cis or of one of its libraries; please report it"),
        (ExitCode.Unavailable, "a service that is needed, such as the queue, cannot be reached; try again later"),
        (ExitCode.Interrupted, "stopped by Ctrl-C (SIGINT); no partial output file is left"),
        (ExitCode.OutputClosed, "whatever read standard output has closed it"),
        (ExitCode.Terminated, "stopped by SIGTERM; no partial output file is left"),
    ];

    /// <summary>The code for a run on a single file that ended so.</summary>
    internal static ExitCode Of(Outcome outcome) =>
        outcome switch
        {
            Outcome.Ok => ExitCode.Ok,
            Outcome.Partial => ExitCode.Partial,
            Outcome.ObjectMissing => ExitCode.Missing,
            Outcome.AccessDenied => ExitCode.AccessDenied,
            Outcome.UnsupportedType => ExitCode.UnsupportedType,
            Outcome.Corrupt => ExitCode.Corrupt,
            Outcome.Encrypted => ExitCode.Encrypted,
            Outcome.TooLarge => ExitCode.TooLarge,
            Outcome.TimedOut => ExitCode.TimedOut,
            Outcome.Cancelled => ExitCode.Interrupted,
            Outcome.IndexRefused => ExitCode.IndexRefused,
            Outcome.BadMessage => ExitCode.BadMessage,
            Outcome.Transient => ExitCode.Unavailable,
            Outcome.Crashed => ExitCode.Crashed,
            _ => throw new UnreachableException(),
        };

    /// <summary>The table as plain text, for <c>cis help exit-codes</c>.</summary>
    internal static string PlainText()
    {
        var text = new StringBuilder();
        foreach ((ExitCode code, string meaning) in Table)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(int)code, 5}  {meaning}\n");
        }

        return text.ToString();
    }

    /// <summary>The table in Markdown, for docs/exit-codes.md.</summary>
    internal static string Markdown()
    {
        var text = new StringBuilder("| code | meaning |\n| ---: | --- |\n");
        foreach ((ExitCode code, string meaning) in Table)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {(int)code} | {meaning} |\n");
        }

        return text.ToString();
    }
}
