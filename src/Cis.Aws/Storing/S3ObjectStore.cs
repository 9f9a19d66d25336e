using System.Net;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;
using Amazon.S3.Model;
using Cis.Worker.Ports;

namespace Cis.Aws.Storing;

/// <summary>
/// Objects of S3. Small ones come in one request, large ones in parts that all have to be of the same ETag; both are
/// verified as a whole.
/// </summary>
public sealed class S3ObjectStore(AwsClients clients, DownloadOptions options) : IObjectStore
{
    private readonly BucketRegions _regions = new(clients);

    /// <inheritdoc/>
    public async Task<ObjectFacts> FetchAsync(
        ObjectReference reference,
        string targetFile,
        Func<long, CancellationToken, ValueTask> reserve,
        CancellationToken cancellationToken
    )
    {
        var reservation = new Reservation(reserve);
        try
        {
            try
            {
                return await TryFetchAsync(reference, targetFile, reservation, cancellationToken);
            }
            catch (AmazonS3Exception e) when (_regions.Learn(reference.Bucket, e) || IsOverwritten(e))
            {
                // Once more, where it is, or for what it is now; a second time is somebody who writes faster than we read.
                return await TryFetchAsync(reference, targetFile, reservation, cancellationToken);
            }
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            clients.RenewIfExpired(e);
            throw S3Fault.Translate(reference, reference.Bucket == options.Bucket, e);
        }
    }

    /// <inheritdoc/>
    public async Task<BucketState> LookAsync(string bucket, CancellationToken cancellationToken)
    {
        try
        {
            var request = new ListObjectsV2Request { BucketName = bucket, MaxKeys = 1 };
            ListObjectsV2Response page = await _regions
                .ClientFor(bucket)
                .ListObjectsV2Async(request, cancellationToken);
            // A web server's page is a success as well.
            return page.Name == bucket ? BucketState.Listed : BucketState.Unknown;
        }
        catch (AmazonS3Exception e)
        {
            // It is there; a region that is not followed does not matter here.
            return e.ErrorCode is "AccessDenied" or "PermanentRedirect" or "AuthorizationHeaderMalformed"
                ? BucketState.Denied
                : BucketState.Unknown;
        }
        catch (Exception e) when (AwsFault.Is(e, cancellationToken))
        {
            return BucketState.Unknown;
        }
    }

    private async Task<ObjectFacts> TryFetchAsync(
        ObjectReference reference,
        string targetFile,
        Reservation reservation,
        CancellationToken cancellationToken
    )
    {
        GetObjectResponse response = await OpenAsync(reference, ifMatch: null, cancellationToken);
        try
        {
            if (response.ETag is null)
            {
                // Every object has one. A proxy in between says 200 as well, and means something else.
                throw new TransientException(Dependency.Store, $"fetching {reference}: the answer has no ETag");
            }

            Task room = reservation.MakeAsync(response.ContentLength, cancellationToken);
            if (!room.IsCompleted)
            {
                // The server would not wait for us as long as it may take.
                response.Dispose();
                await room;
                response = await OpenAsync(reference, response.ETag, cancellationToken);
            }

            await room;
            ObjectFacts facts = FactsOf(response);
            await WriteAsync(reference, response, targetFile, cancellationToken);
            return facts;
        }
        finally
        {
            response.Dispose();
        }
    }

    private async Task WriteAsync(
        ObjectReference reference,
        GetObjectResponse response,
        string targetFile,
        CancellationToken cancellationToken
    )
    {
        long length = response.ContentLength;
        using var file = new TargetFile(targetFile, length);
        if (length <= options.PartThreshold)
        {
            await file.FillAsync(BodyOf(response), 0, length, options.StallTimeout, cancellationToken);
        }
        else
        {
            // The answer to the whole object told its size, ETag and checksum; its body is left on the wire.
            response.Dispose();
            await WritePartsAsync(reference, response.ETag, length, file, cancellationToken);
        }

        // The SDK would verify whole bodies, but not by CRC64NVME, which is what S3 gives objects by itself.
        await ObjectChecksum.VerifyAsync(response, file.Handle, cancellationToken);
    }

    private Task WritePartsAsync(
        ObjectReference reference,
        string etag,
        long length,
        TargetFile file,
        CancellationToken cancellationToken
    )
    {
        var atOnce = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.PartsAtOnce,
            CancellationToken = cancellationToken,
        };
        long parts = (length + options.PartSize - 1) / options.PartSize;
        return Parallel.ForAsync(
            0L,
            parts,
            atOnce,
            async (part, token) =>
            {
                long from = part * options.PartSize;
                long count = Math.Min(options.PartSize, length - from);
                var range = new ByteRange(from, from + count - 1);
                using GetObjectResponse response = await OpenAsync(reference, etag, token, range);
                await file.FillAsync(BodyOf(response), from, count, options.StallTimeout, token);
            }
        );
    }

    private Task<GetObjectResponse> OpenAsync(
        ObjectReference reference,
        string? ifMatch,
        CancellationToken cancellationToken,
        ByteRange? range = null
    ) =>
        _regions
            .ClientFor(reference.Bucket)
            .GetObjectAsync(
                new GetObjectRequest
                {
                    BucketName = reference.Bucket,
                    Key = reference.Key,
                    VersionId = reference.VersionId,
                    EtagToMatch = ifMatch,
                    ByteRange = range,
                    ChecksumMode = range is null ? ChecksumMode.ENABLED : null,
                },
                cancellationToken
            );

    // The SDK wraps a body into streams that compute an MD5 of it in managed code. What comes is verified here anyway.
    private static Stream BodyOf(GetObjectResponse response) =>
        response.ResponseStream is WrapperStream wrapped ? wrapped.GetNonWrapperBaseStream() : response.ResponseStream;

    private static bool IsOverwritten(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.PreconditionFailed;

    private static ObjectFacts FactsOf(GetObjectResponse response) =>
        new(
            response.ContentLength,
            response.ETag?.Trim('"'),
            // A bucket that is not versioned says nothing, or "null".
            response.VersionId
                is { Length: > 0 } version
                    and not "null"
                ? version
                : null,
            response.Headers.ContentType is { Length: > 0 } type ? type : null,
            response.LastModified is { } modified ? new DateTimeOffset(modified.ToUniversalTime()) : null
        )
        {
            // S3, and every store that speaks its protocol, numbers its answers.
            HasRequestId = response.ResponseMetadata?.RequestId is { Length: > 0 },
        };

    /// <summary>Room on scratch, asked for once, however often the object is begun.</summary>
    private sealed class Reservation(Func<long, CancellationToken, ValueTask> reserve)
    {
        private long? _reserved;

        internal Task MakeAsync(long length, CancellationToken cancellationToken)
        {
            if (_reserved is not { } reserved)
            {
                _reserved = length;
                return reserve(length, cancellationToken).AsTask();
            }

            return length <= reserved
                ? Task.CompletedTask
                : throw new TransientException(Dependency.Store, "the object grew while it was read");
        }
    }
}
