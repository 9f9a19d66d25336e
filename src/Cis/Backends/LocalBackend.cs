using Cis.Local;
using Cis.Worker.Ports;

namespace Cis.Backends;

/// <summary>A folder as everything.</summary>
/// <param name="folder">The folder.</param>
/// <param name="path">Its path.</param>
/// <param name="once">Whether the worker ends once all that is in it now is done.</param>
internal sealed class LocalBackend(LocalFolder folder, string path, bool once) : WorkerBackend
{
    /// <inheritdoc/>
    internal override string QueueName => path;

    /// <inheritdoc/>
    internal override string IndexName => Path.Combine(path, ".cis");

    /// <inheritdoc/>
    internal override IMessageQueue Queue => folder.Queue;

    /// <inheritdoc/>
    internal override IObjectStore Store => folder.Store;

    /// <inheritdoc/>
    internal override IDocumentIndex Index => folder.Index;

    /// <inheritdoc/>
    internal override string DefaultBucket => "local";

    /// <inheritdoc/>
    internal override async Task<string> FeedAsync(CancellationToken cancellationToken)
    {
        if (!once)
        {
            await folder.FeedAsync(cancellationToken);
            return "the folder is watched no longer";
        }

        await folder.FeedUntilEmptyAsync(cancellationToken);
        return "all that was in the folder is done";
    }

    /// <inheritdoc/>
    public override void Dispose() => folder.Dispose();
}
