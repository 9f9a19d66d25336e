using Cis.Doctor;
using Cis.Payload;
using Cis.Tests.Payload;

namespace Cis.Tests.Doctor;

public sealed class FolderAndFileChecksTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-doctor-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_tmpfs_with_room_passes()
    {
        Finding finding = new ScratchCheck("/dev/shm", 1).Look();

        Assert.Equal((Health.Pass, null), (finding.Health, finding.Advice));
        Assert.Contains("tmpfs", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tmpfs_that_is_smaller_than_scratch_bytes_is_a_warning() =>
        Assert.Equal(Health.Warn, new ScratchCheck("/dev/shm", 1L << 50).Look().Health);

    [Fact]
    public void A_missing_scratch_folder_is_a_warning_that_says_what_is_taken()
    {
        Finding finding = new ScratchCheck(Path.Combine(_folder.FullName, "none"), 1).Look();

        Assert.Equal(Health.Warn, finding.Health);
        Assert.Contains("/dev/shm", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scratch_folder_where_no_file_can_be_made_fails()
    {
        // Nobody, root neither, makes files here.
        Finding finding = new ScratchCheck("/proc/self", 1).Look();

        Assert.Equal(Health.Fail, finding.Health);
    }

    [Fact]
    public void An_altered_file_fails()
    {
        using var packed = new PackedSample();
        byte[] bytes = packed.Bytes;
        bytes[bytes.AsSpan().IndexOf("rrrr"u8)] ^= 1;
        packed.Replace(bytes);

        Finding finding = PayloadCheck.Look(() => PayloadStore.OpenFile(packed.FilePath));

        Assert.Equal(Health.Fail, finding.Health);
        Assert.Contains("copy the file again", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fallback_family_is_a_warning_with_its_note()
    {
        using var packed = new PackedSample();

        Finding finding = PayloadCheck.Look(() => PayloadStore.OpenFile(packed.FilePath));

        Assert.Equal((Health.Warn, "a fallback"), (finding.Health, finding.Advice));
    }
}
