using System.Security.Cryptography;
using Cis.Local.Files;

namespace Cis.Local.Folders;

/// <summary>What a file's content is known by: 128 bits of its SHA-256, in hexadecimal digits.</summary>
internal static class FileContent
{
    private const int DigestBytes = 16;
    private const int BufferBytes = 1 << 20;

    /// <summary>The digest of what was added to a hash.</summary>
    internal static string DigestOf(IncrementalHash hash)
    {
        Span<byte> whole = stackalloc byte[SHA256.HashSizeInBytes];
        _ = hash.GetHashAndReset(whole);
        return Convert.ToHexStringLower(whole[..DigestBytes]);
    }

    /// <summary>The digest of a file as it is now.</summary>
    /// <param name="path">The file.</param>
    /// <param name="stamp">What it has to be before and after.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null if it cannot be read, or was changed meanwhile.</returns>
    internal static string? DigestOf(string path, FileStamp stamp, CancellationToken cancellationToken)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using FileStream file = new(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                0
            );
            byte[] buffer = new byte[Math.Clamp(stamp.Size, 1, BufferBytes)];
            int count;
            while ((count = file.Read(buffer)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, count);
            }

            return FileStamp.Of(path) == stamp ? DigestOf(hash) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
