using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
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

/// <summary>CRC-32 as S3 writes it: its highest byte first.</summary>
internal sealed class Crc32BigEndian : IRunningChecksum
{
    private readonly Crc32 _crc = new();

    public string Name => "CRC32";

    public void Append(ReadOnlySpan<byte> bytes) => _crc.Append(bytes);

    public byte[] Finish()
    {
        byte[] value = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, _crc.GetCurrentHashAsUInt32());
        return value;
    }

    public void Dispose() { }
}

/// <summary>CRC-32C (Castagnoli), by the CPU's own instruction.</summary>
internal sealed class Crc32C : IRunningChecksum
{
    private uint _crc = uint.MaxValue;

    public string Name => "CRC32C";

    public void Append(ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            _crc = BitOperations.Crc32C(_crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            _crc = BitOperations.Crc32C(_crc, value);
        }
    }

    public byte[] Finish()
    {
        byte[] value = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, ~_crc);
        return value;
    }

    public void Dispose() { }
}

/// <summary>CRC-64/NVME, which S3 gives new objects by itself; slicing by 8.</summary>
internal sealed class Crc64Nvme : IRunningChecksum
{
    // The polynomial of the NVM Express NVM Command Set Specification, bits reflected.
    private const ulong Polynomial = 0x9A6C9329AC4BC9B5;

    private static readonly ulong[][] Tables = MakeTables();

    private ulong _crc = ulong.MaxValue;

    public string Name => "CRC64NVME";

    public void Append(ReadOnlySpan<byte> bytes)
    {
        ulong crc = _crc;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            ulong word = crc ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            crc = 0;
            for (int i = 0; i < sizeof(ulong); i++)
            {
                crc ^= Tables[7 - i][(byte)(word >> (8 * i))];
            }
        }

        foreach (byte value in bytes)
        {
            crc = Tables[0][(byte)crc ^ value] ^ (crc >> 8);
        }

        _crc = crc;
    }

    public byte[] Finish()
    {
        byte[] value = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(value, ~_crc);
        return value;
    }

    public void Dispose() { }

    private static ulong[][] MakeTables()
    {
        ulong[][] tables = new ulong[8][];
        for (int table = 0; table < tables.Length; table++)
        {
            tables[table] = new ulong[256];
            for (int i = 0; i < 256; i++)
            {
                tables[table][i] = table == 0 ? OfByte((ulong)i) : Shift(tables[table - 1][i], tables[0]);
            }
        }

        return tables;
    }

    private static ulong OfByte(ulong value)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value >> 1) ^ ((value & 1) * Polynomial);
        }

        return value;
    }

    private static ulong Shift(ulong value, ulong[] first) => first[(byte)value] ^ (value >> 8);
}
