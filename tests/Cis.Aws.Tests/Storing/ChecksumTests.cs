using Cis.Aws.Storing;

namespace Cis.Aws.Tests.Storing;

/// <summary>Against the check values that catalogs of CRCs give: those of the digits 1 to 9.</summary>
public sealed class ChecksumTests
{
    [Fact]
    public void Checksums_are_what_S3_means_by_their_names()
    {
        Assert.Equal("AE8B14860A799888", Of(CrcChecksum.Crc64Nvme()));
        Assert.Equal("E3069283", Of(CrcChecksum.Crc32C()));
        Assert.Equal("CBF43926", Of(CrcChecksum.Crc32()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(64)]
    public void Bytes_may_come_in_any_pieces(int piece)
    {
        byte[] bytes = Enumerable.Range(0, 1000).Select(i => (byte)(i * 31)).ToArray();
        using var whole = CrcChecksum.Crc64Nvme();
        using var pieces = CrcChecksum.Crc64Nvme();

        whole.Append(bytes);
        foreach (byte[] part in bytes.Chunk(piece))
        {
            pieces.Append(part);
        }

        Assert.Equal(whole.Finish(), pieces.Finish());
    }

    private static string Of(CrcChecksum checksum)
    {
        using (checksum)
        {
            checksum.Append("123456789"u8);
            return Convert.ToHexString(checksum.Finish());
        }
    }
}
