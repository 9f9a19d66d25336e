namespace Cis.Worker.Ports;

/// <summary>What the worker depends on.</summary>
public enum Dependency
{
    /// <summary>The message queue.</summary>
    Queue,

    /// <summary>The object store.</summary>
    Store,

    /// <summary>The document index.</summary>
    Index,

    /// <summary>This machine: scratch space, memory.</summary>
    Host,
}

/// <summary>A temporary fault of a dependency: the same call can be retried later.</summary>
public sealed class TransientException : Exception
{
    /// <summary>A fault.</summary>
    /// <param name="dependency">Whose.</param>
    /// <param name="reason">One sentence for a person: what failed, and with which answer.</param>
    public TransientException(Dependency dependency, string reason)
        : base(reason) => Dependency = dependency;

    /// <summary>A fault with its cause.</summary>
    public TransientException(Dependency dependency, string reason, Exception cause)
        : base(reason, cause) => Dependency = dependency;

    /// <summary>Whose fault it is.</summary>
    public Dependency Dependency { get; }

    /// <summary>How long the other side asked to wait; null if it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>
    /// Whether trying the same call again at once makes sense; false for refused credentials and the like, which take a
    /// person to put right.
    /// </summary>
    public bool IsWorthRetrying { get; init; } = true;

    /// <summary>Whether a setting names a queue or bucket that does not exist.</summary>
    public bool IsWrongSetting { get; init; }
}
