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

        return response switch
        {
            { ChecksumCRC64NVME: { Length: > 0 } value } => (new Crc64Nvme(), Convert.FromBase64String(value)),
            { ChecksumCRC32C: { Length: > 0 } value } => (new Crc32C(), Convert.FromBase64String(value)),
            { ChecksumCRC32: { Length: > 0 } value } => (new Crc32BigEndian(), Convert.FromBase64String(value)),
            { ChecksumSHA256: { Length: > 0 } value } => (
                new HashChecksum(HashAlgorithmName.SHA256),
                Convert.FromBase64String(value)
            ),
            { ChecksumSHA1: { Length: > 0 } value } => (
                new HashChecksum(HashAlgorithmName.SHA1),
                Convert.FromBase64String(value)
            ),
            _ => Md5OfETag(response),
        };
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
