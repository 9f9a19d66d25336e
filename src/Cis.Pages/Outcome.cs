namespace Cis.Pages;

/// <summary>
/// How the reading of a document or page ended. One taxonomy for the whole program: it decides the exit code, whether
/// a message is tried again, and the metric label.
/// </summary>
public enum Outcome
{
    /// <summary>Read in full.</summary>
    Ok,

    /// <summary>Some pages were read, others failed; each page says which.</summary>
    Partial,

    /// <summary>There is no such file or object.</summary>
    ObjectMissing,

    /// <summary>The file or object may not be read by this user.</summary>
    AccessDenied,

    /// <summary>The bytes are of no type that cis reads.</summary>
    UnsupportedType,

    /// <summary>The bytes claim a type but do not hold to it.</summary>
    Corrupt,

    /// <summary>A password is needed and none, or the wrong one, was given.</summary>
    Encrypted,

    /// <summary>Over a limit of bytes, pages or pixels.</summary>
    TooLarge,

    /// <summary>Over the seconds allowed for a page or a file.</summary>
    TimedOut,

    /// <summary>Cancelled by the user or by shutdown.</summary>
    Cancelled,

    /// <summary>A fault of this program or of one of its libraries; worth a report.</summary>
    Crashed,

    /// <summary>A message that names no file in any form that cis knows.</summary>
    BadMessage,

    /// <summary>Read, but the index does not take the document.</summary>
    IndexRefused,

    /// <summary>A service that cis depends on has a fault that may pass; to be tried again.</summary>
    Transient,
}

/// <summary>A document or page that cannot be read, with the outcome and one line for a person.</summary>
public sealed class ReadException : Exception
{
    /// <summary>A failure of the given kind.</summary>
    /// <param name="outcome">Anything but <see cref="Pages.Outcome.Ok"/>.</param>
    /// <param name="reason">One sentence: what is wrong and, where there is something to do, what.</param>
    public ReadException(Outcome outcome, string reason)
        : base(reason) => Outcome = outcome;

    /// <summary>A failure of the given kind with its cause.</summary>
    public ReadException(Outcome outcome, string reason, Exception cause)
        : base(reason, cause) => Outcome = outcome;

    /// <summary>The kind of failure.</summary>
    public Outcome Outcome { get; }

    /// <summary>
    /// What a service called it, where the same answer for many files in a row would be the service's fault and not
    /// theirs; null where it is this file's for certain.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>
    /// What a service called it, where something is wrong with the bucket that a message names, and not with the file; null
    /// otherwise. It is the message's fault, unless that bucket has given files before.
    /// </summary>
    public string? BucketCode { get; init; }

    /// <summary>Of <see cref="Pages.Outcome.Crashed"/>: whether what failed was outside of this process.</summary>
    public bool IsContained { get; init; }
}
