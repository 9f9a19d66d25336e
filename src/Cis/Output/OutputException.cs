namespace Cis.Output;

/// <summary>The output cannot be written; the message is one line for a person.</summary>
internal sealed class OutputException(string message, Exception cause) : Exception(message, cause);

/// <summary>Whatever read standard output has gone, as <c>head</c> does once it has enough: no reason to complain.</summary>
internal sealed class OutputClosedException : Exception;
