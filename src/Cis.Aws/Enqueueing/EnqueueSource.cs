using System.Runtime.CompilerServices;
using Amazon.S3.Model;
using Cis.Worker.Ports;

namespace Cis.Aws.Enqueueing;

/// <summary>An object to send a notification for.</summary>
/// <param name="Reference">Which.</param>
/// <param name="Length">In bytes; null if not known.</param>
/// <param name="LastModified">When it was stored; null if not known.</param>
/// <param name="Position">Where in its source it stands: what to go on after.</param>
public sealed record EnqueueEntry(
    ObjectReference Reference,
    long? Length,
    DateTimeOffset? LastModified,
    string Position
);

/// <summary>A source of objects to send notifications for.</summary>
public abstract class EnqueueSource
{
    /// <summary>The source as it was named.</summary>
    public abstract string Name { get; }

    /// <summary>Parses <c>s3://bucket/prefix</c>, or the path of a file that lists objects.</summary>
    /// <param name="text">As the user wrote it.</param>
    /// <param name="clients">The clients; they must outlive the source.</param>
    /// <param name="defaultBucket">The bucket of listed keys that name none.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static EnqueueSource Parse(string text, AwsClients clients, string? defaultBucket)
    {
        if (!text.StartsWith("s3://", StringComparison.Ordinal))
        {
            return File.Exists(text)
                ? new ListFile(text, defaultBucket)
                : throw new FormatException($"{text} is neither s3://bucket/prefix nor a file that lists objects");
        }

        string[] parts = text["s3://".Length..].Split('/', 2);
        return parts[0].Length > 0
            ? new BucketPrefix(clients, text, parts[0], parts.Length > 1 ? parts[1] : "")
            : throw new FormatException($"{text} names no bucket");
    }

    /// <summary>The objects, in the same order each time.</summary>
    /// <param name="after">The position of the last one that is done; null to begin at the beginning.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="TransientException">The store cannot be reached.</exception>
    /// <exception cref="FormatException">A line names no object.</exception>
    public abstract IAsyncEnumerable<EnqueueEntry> ReadAsync(string? after, CancellationToken cancellationToken);
}

/// <summary>The objects of a bucket whose keys begin with a prefix, in the order of their keys.</summary>
internal sealed class BucketPrefix(AwsClients clients, string name, string bucket, string prefix) : EnqueueSource
{
    public override string Name => name;

    public override async IAsyncEnumerable<EnqueueEntry> ReadAsync(
        string? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = new ListObjectsV2Request
        {
            BucketName = bucket,
            Prefix = prefix,
            StartAfter = after,
        };
        ListObjectsV2Response page;
        do
        {
            page = await ListAsync(request, cancellationToken);
            foreach (S3Object found in page.S3Objects ?? [])
            {
                // A key that ends so is a folder that some console made.
                if (found.Key is { Length: > 0 } key && !key.EndsWith('/'))
                {
                    yield return EntryOf(found);
                }
            }
        } while (GoOn(request, page));
    }

    // A store that says there is more but not from where on, or from the same place again, would be listed forever.
    private bool GoOn(ListObjectsV2Request request, ListObjectsV2Response page)
    {
        if (page.IsTruncated != true)
        {
            return false;
        }

        string? next = page.NextContinuationToken;
        if (string.IsNullOrEmpty(next) || next == request.ContinuationToken)
        {
            throw new TransientException(Dependency.Store, $"listing {name}: the store says there is more, not where");
        }

        request.ContinuationToken = next;
        return true;
    }

    private EnqueueEntry EntryOf(S3Object found) =>
        new(
            new ObjectReference(bucket, found.Key),
            found.Size,
            found.LastModified is { } modified ? new DateTimeOffset(modified.ToUniversalTime()) : null,
            found.Key
        );

    private async Task<ListObjectsV2Response> ListAsync(
        ListObjectsV2Request request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await clients.S3.ListObjectsV2Async(request, cancellationToken);
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            throw AwsFault.Transient(Dependency.Store, $"listing {name}", e);
        }
    }
}

/// <summary>
/// A text file with an object on each line: <c>s3://bucket/key</c>, or a key of the default bucket. Empty lines are
/// passed over; the key is taken as it stands.
/// </summary>
internal sealed class ListFile(string path, string? defaultBucket) : EnqueueSource
{
    public override string Name => path;

    public override async IAsyncEnumerable<EnqueueEntry> ReadAsync(
        string? after,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        long done = long.TryParse(after, out long position) ? position : 0;
        long number = 0;
        await foreach (string line in File.ReadLinesAsync(path, cancellationToken))
        {
            number++;
            if (number > done && line.Length > 0)
            {
                yield return new EnqueueEntry(Parse(line, number), null, null, $"{number}");
            }
        }
    }

    private ObjectReference Parse(string line, long number)
    {
        if (!line.StartsWith("s3://", StringComparison.Ordinal))
        {
            return defaultBucket is null
                ? throw new FormatException(
                    $"{path}, line {number}: no bucket is named, and S3_BUCKET (s3-bucket) is not set"
                )
                : new ObjectReference(defaultBucket, line);
        }

        return line["s3://".Length..].Split('/', 2) is [{ Length: > 0 } bucket, { Length: > 0 } key]
            ? new ObjectReference(bucket, key)
            : throw new FormatException($"{path}, line {number}: an object is written s3://bucket/key");
    }
}
