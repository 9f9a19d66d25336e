using System.IO.Hashing;
using System.Security.Cryptography;

namespace Cis.Aws.Storing;

/// <summary>A checksum of bytes that come piece by piece.</summary>
internal interface IRunningChecksum : IDisposable
{
    string Name { get; }

    void Append(ReadOnlySpan<byte> bytes);

    byte[] Finish();
}

/// <summary>A cryptographic hash.</summary>
internal sealed class HashChecksum(HashAlgorithmName algorithm) : IRunningChecksum
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(algorithm);

    public string Name => algorithm.Name!;

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public byte[] Finish() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();
}

/// <summary>
/// A cyclic redundancy check as S3 writes it, its highest byte first: CRC-32, CRC-32C (Castagnoli), or CRC-64/NVME, which S3
/// gives new objects by itself.
/// </summary>
internal sealed class CrcChecksum : IRunningChecksum
{
    private readonly NonCryptographicHashAlgorithm _crc;

    private CrcChecksum(string name, NonCryptographicHashAlgorithm crc) => (Name, _crc) = (name, crc);

    public string Name { get; }

    internal static CrcChecksum Crc32() => new("CRC32", new Crc32());

    internal static CrcChecksum Crc32C() => new("CRC32C", new Crc32(Crc32ParameterSet.Crc32C));

    internal static CrcChecksum Crc64Nvme() => new("CRC64NVME", new Crc64(Crc64ParameterSet.Nvme));

    public void Append(ReadOnlySpan<byte> bytes) => _crc.Append(bytes);

    public byte[] Finish()
    {
        // The library writes these, whose bits are reflected, with their lowest byte first.
        byte[] value = _crc.GetCurrentHash();
        Array.Reverse(value);
        return value;
    }

    public void Dispose() { }
}
