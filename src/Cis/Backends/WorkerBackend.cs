using Cis.Worker;
using Cis.Worker.Ports;

namespace Cis.Backends;

/// <summary>What a worker works between, and where its messages come from. Disposing of it closes all.</summary>
internal abstract class WorkerBackend : IDisposable
{
    /// <summary>Where messages come from, for a person.</summary>
    internal abstract string QueueName { get; }

    /// <summary>Where documents go, for a person.</summary>
    internal abstract string IndexName { get; }

    /// <summary>Where messages come from.</summary>
    internal abstract IMessageQueue Queue { get; }

    /// <summary>Where files come from.</summary>
    internal abstract IObjectStore Store { get; }

    /// <summary>Where documents go.</summary>
    internal abstract IDocumentIndex Index { get; }

    /// <summary>The bucket for notifications that do not name one.</summary>
    internal abstract string? DefaultBucket { get; }

    /// <summary>What can be seen of the setup at the start, by its name.</summary>
    internal virtual IReadOnlyList<(Dependency Part, Func<CancellationToken, Task<SetupFinding>> Look)> Setup => [];

    /// <summary>
    /// Does what fills the queue, if that is not others' business. Ends when the worker is to: nothing more is to be done,
    /// or this machine is about to be taken away.
    /// </summary>
    /// <returns>Why, for a person.</returns>
    internal abstract Task<string> FeedAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
