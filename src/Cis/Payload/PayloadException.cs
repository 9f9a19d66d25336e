namespace Cis.Payload;

/// <summary>
/// The executable's own payload, or a cache of its libraries, cannot be used: it is damaged, cut off or not to be
/// trusted. The message is one line for a person.
/// </summary>
internal sealed class PayloadException : Exception
{
    public PayloadException(string reason)
        : base(reason) { }

    public PayloadException(string reason, Exception cause)
        : base(reason, cause) { }
}
