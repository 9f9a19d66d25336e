using System.Diagnostics;
using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Resilience;
using Cis.Worker.Tracing;

namespace Cis.Worker.Fetching;

/// <summary>Downloads objects into scratch folders.</summary>
internal sealed class ObjectFetcher(IObjectStore store, Scratch scratch, DependencyGuard guard, long maxBytes)
{
    /// <summary>Fetches an object.</summary>
    /// <returns>What the store says of it, and the folder it is in, which the caller disposes of.</returns>
    /// <exception cref="ReadException">It is missing, may not be read, or is too large.</exception>
    /// <exception cref="TransientException">The store has a fault that did not pass in time.</exception>
    internal async Task<(ObjectFacts Facts, ScratchFolder Folder)> FetchAsync(
        ObjectReference reference,
        CancellationToken cancellationToken
    )
    {
        using Activity? span = WorkerTraces.StartFetch(reference);
        ScratchFolder folder = scratch.CreateFolder();
        try
        {
            ObjectFacts facts = await guard.CallAsync(
                reference.Bucket,
                token => FetchOnceAsync(reference, folder, token),
                cancellationToken,
                isProof: facts => facts.HasRequestId
            );
            WorkerTraces.Fetched(span, facts);
            return (facts, folder);
        }
        catch (Exception e)
        {
            WorkerTraces.Failed(span, e);
            folder.Dispose();
            throw;
        }
    }

    private async Task<ObjectFacts> FetchOnceAsync(
        ObjectReference reference,
        ScratchFolder folder,
        CancellationToken cancellationToken
    )
    {
        // What an earlier try has left.
        File.Delete(folder.File);
        try
        {
            return await store.FetchAsync(
                reference,
                folder.File,
                (bytes, token) => Reserve(bytes, folder, token),
                cancellationToken
            );
        }
        catch (IOException e)
        {
            throw new TransientException(Dependency.Host, $"{reference} cannot be written to scratch: {e.Message}", e);
        }
    }

    private ValueTask Reserve(long bytes, ScratchFolder folder, CancellationToken cancellationToken) =>
        bytes <= maxBytes
            ? folder.ReserveAsync(bytes, cancellationToken)
            : throw new ReadException(
                Outcome.TooLarge,
                $"the file has {bytes} bytes, more than {maxBytes} (max-bytes)"
            );
}
