namespace Cis;

/// <summary>The command line asks for something that cannot be; the message is one line for a person.</summary>
internal sealed class UsageException(string message) : Exception(message);
