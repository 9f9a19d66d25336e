using Cis.Files;

namespace Cis.Output;

/// <summary>The output cannot be written; the message is one line for a person.</summary>
internal sealed class OutputException(string message, Exception cause) : Exception(message, cause)
{
    /// <summary>Whether it is the name of one file that cannot be: others may well be written.</summary>
    internal bool IsOfOneFile =>
        InnerException?.HResult
            is FileCalls.NameTooLong
                or FileCalls.IsAFolder
                or FileCalls.NotAFolder
                or FileCalls.Exists;
}

/// <summary>Whatever read standard output has gone, as <c>head</c> does once it has enough: no reason to complain.</summary>
internal sealed class OutputClosedException() : Exception("nobody reads standard output any more");
