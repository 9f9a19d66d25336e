using System.Collections.Concurrent;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Worker.Tests.Support;

/// <summary>Objects in memory.</summary>
internal sealed class FakeStore : IObjectStore
{
    private readonly ConcurrentDictionary<string, (byte[] Bytes, DateTimeOffset Modified)> _objects = new(
        StringComparer.Ordinal
    );

    /// <summary>Runs before a fetch, by the key.</summary>
    public Func<string, CancellationToken, Task> OnFetch { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Whether a bucket is there; may throw what the store would.</summary>
    public Func<string, bool> OnBucket { get; set; } = _ => true;

    /// <summary>Runs after an object was given, with its key.</summary>
    public Action<string> OnFetched { get; set; } = _ => { };

    /// <summary>Whether its answers bear its marks.</summary>
    public bool HasRequestId { get; set; } = true;

    public int Fetches;

    public void Put(string key, DateTimeOffset modified, int bytes = 64) =>
        _objects[key] = (bytes < 9 ? new byte[bytes] : [.. "%PDF-1.7\n"u8, .. new byte[bytes - 9]], modified);

    /// <summary>What it says of a bucket that is looked at.</summary>
    public Func<string, BucketState> OnLook { get; set; } = _ => BucketState.Listed;

    public Task<BucketState> LookAsync(string bucket, CancellationToken cancellationToken) =>
        Task.FromResult(OnLook(bucket));

    public async Task<ObjectFacts> FetchAsync(
        ObjectReference reference,
        string targetFile,
        Func<long, CancellationToken, ValueTask> reserve,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref Fetches);
        Assert.True(OnBucket(reference.Bucket));
        await OnFetch(reference.Key, cancellationToken);
        if (!_objects.TryGetValue(reference.Key, out (byte[] Bytes, DateTimeOffset Modified) found))
        {
            throw new ReadException(Outcome.ObjectMissing, $"{reference} does not exist");
        }

        await reserve(found.Bytes.Length, cancellationToken);
        await File.WriteAllBytesAsync(targetFile, found.Bytes, cancellationToken);
        OnFetched(reference.Key);
        return new ObjectFacts(found.Bytes.Length, "etag", reference.VersionId, "application/pdf", found.Modified)
        {
            HasRequestId = HasRequestId,
        };
    }
}
