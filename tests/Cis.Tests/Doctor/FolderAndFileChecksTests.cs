using Cis.Doctor;
using Cis.Payload;
using Cis.Reading;
using Cis.Tests.Payload;
using Cis.Worker.Fetching;

namespace Cis.Tests.Doctor;

public sealed class FolderAndFileChecksTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-doctor-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_tmpfs_with_room_passes()
    {
        Finding finding = new ScratchCheck("/dev/shm", 1).Look();

        Assert.Equal((CheckStatus.Pass, null), (finding.Status, finding.Advice));
        Assert.Contains("tmpfs", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tmpfs_that_is_smaller_than_scratch_bytes_is_a_warning() =>
        Assert.Equal(CheckStatus.Warn, new ScratchCheck("/dev/shm", 1L << 50).Look().Status);

    [Fact]
    public void A_missing_scratch_folder_is_a_warning_that_says_what_is_taken()
    {
        Finding finding = new ScratchCheck(Path.Combine(_folder.FullName, "none"), 1).Look();

        Assert.Equal(CheckStatus.Warn, finding.Status);
        Assert.Contains("/dev/shm", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scratch_folder_that_is_full_fails()
    {
        Finding finding = new ScratchCheck("/dev/shm", 1L << 50).Judge(Scratch.MinRoom - 1);

        Assert.Equal(CheckStatus.Fail, finding.Status);
        Assert.Contains("it is full", finding.Found, StringComparison.Ordinal);
        Assert.NotNull(finding.Advice);
    }

    [Fact]
    public void A_scratch_folder_where_no_file_can_be_made_fails()
    {
        // Nobody, root neither, makes files here.
        Finding finding = new ScratchCheck("/proc/self", 1).Look();

        Assert.Equal(CheckStatus.Fail, finding.Status);
    }

    [Fact]
    public void A_sample_page_that_is_read_slowly_is_a_warning_and_one_that_is_misread_fails()
    {
        DocumentText read = Samples.Document(Samples.Page("the lighthouse, the harbour, its keeper, in 1874")).Text;

        Assert.Equal(CheckStatus.Pass, SampleCheck.Judge(read, TimeSpan.FromSeconds(2)).Status);
        Assert.Equal(CheckStatus.Warn, SampleCheck.Judge(read, TimeSpan.FromSeconds(11)).Status);
        Assert.Equal(
            CheckStatus.Fail,
            SampleCheck.Judge(Samples.Document(Samples.Page("lighthouse")).Text, TimeSpan.Zero).Status
        );
    }

    [Fact]
    public void An_altered_file_fails()
    {
        using var packed = new PackedSample();
        byte[] bytes = packed.Bytes;
        bytes[bytes.AsSpan().IndexOf("rrrr"u8)] ^= 1;
        packed.Replace(bytes);

        Finding finding = PayloadCheck.Look(() => PayloadStore.OpenFile(packed.FilePath));

        Assert.Equal(CheckStatus.Fail, finding.Status);
        Assert.Contains("copy the file again", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fallback_family_is_a_warning_with_its_note()
    {
        using var packed = new PackedSample();

        Finding finding = PayloadCheck.Look(() => PayloadStore.OpenFile(packed.FilePath));

        Assert.Equal((CheckStatus.Warn, "a fallback"), (finding.Status, finding.Advice));
    }
}
