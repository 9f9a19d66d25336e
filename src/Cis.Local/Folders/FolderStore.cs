using System.Security.Cryptography;
using Cis.Local.Files;
using Cis.Pages;
using Cis.Worker.Ports;

namespace Cis.Local.Folders;

/// <summary>The folder as the store of objects: it is read, never written.</summary>
internal sealed class FolderStore(FolderPaths paths, LocalDatabase database) : IObjectStore
{
    private const int BufferBytes = 1 << 20;

    /// <inheritdoc/>
    public async Task<ObjectFacts> FetchAsync(
        ObjectReference reference,
        string targetFile,
        Func<long, CancellationToken, ValueTask> reserve,
        CancellationToken cancellationToken
    )
    {
        string path = paths.PathOf(reference.Key) ?? throw Missing(reference.Key);
        FileStamp stamp = FileStamp.Of(path) ?? throw Missing(reference.Key);
        await reserve(stamp.Size, cancellationToken);
        string content;
        try
        {
            content = await CopyAsync(path, targetFile, stamp.Size, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(reference.Key);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ReadException(Outcome.AccessDenied, $"{reference.Key} may not be read by this user", e);
        }
        catch (IOException e)
        {
            throw new TransientException(
                Dependency.Store,
                $"{reference.Key} cannot be copied: {FileFault.Describe(e)}",
                e
            );
        }

        // A copy of two halves must not be taken for a file.
        if (FileStamp.Of(path) != stamp)
        {
            throw new TransientException(Dependency.Store, $"{reference.Key} was changed while it was copied");
        }

        _ = database.Write(Dependency.Store, session => KnownFile.Fetched(session, reference.Key, stamp, content));
        return new ObjectFacts(
            stamp.Size,
            ETag: $"{stamp.ModifiedNs:x}-{stamp.Size:x}",
            VersionId: null,
            ContentType: null,
            stamp.Modified
        );
    }

    private static async Task<string> CopyAsync(
        string path,
        string target,
        long size,
        CancellationToken cancellationToken
    )
    {
        await using FileStream from = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using FileStream to = new(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[Math.Clamp(size, 1, BufferBytes)];
        int count;
        while (to.Position < size && (count = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            // No more than there was room reserved for, should the file grow.
            int wanted = (int)Math.Min(count, size - to.Position);
            hash.AppendData(buffer, 0, wanted);
            await to.WriteAsync(buffer.AsMemory(0, wanted), cancellationToken);
        }

        return FileContent.DigestOf(hash);
    }

    private ReadException Missing(string key)
    {
        _ = database.Write(Dependency.Store, session => KnownFile.Missed(session, key));
        return key.Contains('\uFFFD', StringComparison.Ordinal)
            ? new ReadException(Outcome.ObjectMissing, $"the name of {key} is not UTF-8: rename the file")
            : new ReadException(Outcome.ObjectMissing, $"there is no file {key} in the folder any more");
    }
}
