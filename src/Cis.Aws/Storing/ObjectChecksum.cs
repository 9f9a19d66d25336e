using System.Buffers;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Win32.SafeHandles;

namespace Cis.Aws.Storing;

/// <summary>
/// Verifies a file against the checksum that S3 keeps of the whole object. Objects uploaded in parts may have a checksum
/// of the parts' checksums only (type COMPOSITE, or an ETag with a dash): those are taken as they are.
/// </summary>
internal static class ObjectChecksum
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Reads the file and compares.</summary>
    /// <exception cref="IOException">The file is not what was stored.</exception>
    internal static async Task VerifyAsync(
        GetObjectResponse response,
        SafeFileHandle file,
        CancellationToken cancellationToken
    )
    {
        (IRunningChecksum Checksum, byte[] Expected)? check = Choose(response);
        if (check is not { } known)
        {
            return;
        }

        using IRunningChecksum checksum = known.Checksum;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long offset = 0;
            while (await RandomAccess.ReadAsync(file, buffer, offset, cancellationToken) is var read and > 0)
            {
                checksum.Append(buffer.AsSpan(0, read));
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (!checksum.Finish().AsSpan().SequenceEqual(known.Expected))
        {
            throw new IOException($"the object's checksum ({checksum.Name}) does not hold for the bytes that came");
        }
    }

    private static (IRunningChecksum, byte[])? Choose(GetObjectResponse response)
    {
        if (response.ChecksumType == ChecksumType.COMPOSITE)
        {
            return null;
        }

        return Known(response.ChecksumCRC64NVME, 8, static () => CrcChecksum.Crc64Nvme())
            ?? Known(response.ChecksumCRC32C, 4, static () => CrcChecksum.Crc32C())
            ?? Known(response.ChecksumCRC32, 4, static () => CrcChecksum.Crc32())
            ?? Known(response.ChecksumSHA256, 32, static () => new HashChecksum(HashAlgorithmName.SHA256))
            ?? Known(response.ChecksumSHA1, 20, static () => new HashChecksum(HashAlgorithmName.SHA1))
            ?? Md5OfETag(response);
    }

    // One of the parts' checksums ends in their number ("AAAAAA==-3"), and some stores leave out the type that says so:
    // what is no checksum of the whole is none to hold the object to.
    private static (IRunningChecksum, byte[])? Known(string? text, int bytes, Func<IRunningChecksum> create)
    {
        Span<byte> value = stackalloc byte[32];
        return text is { Length: > 0 } && Convert.TryFromBase64String(text, value, out int written) && written == bytes
            ? (create(), value[..bytes].ToArray())
            : null;
    }

    // The ETag is the MD5 of an object that was stored by one request, unless a key of KMS or the customer encrypts it.
    private static (IRunningChecksum, byte[])? Md5OfETag(GetObjectResponse response)
    {
        string etag = response.ETag?.Trim('"') ?? "";
        bool isMd5 =
            etag.Length == 32
            && etag.AsSpan().IndexOfAnyExcept(SearchValues.Create("0123456789abcdefABCDEF")) < 0
            && response.ServerSideEncryptionKeyManagementServiceKeyId is not { Length: > 0 }
            && response.ServerSideEncryptionCustomerProvidedKeyMD5 is not { Length: > 0 };
        return isMd5 ? (new HashChecksum(HashAlgorithmName.MD5), Convert.FromHexString(etag)) : null;
    }
}
