using System.Text;
using Cis.Ocr;
using Cis.Payload;

namespace Cis.Tests.Payload;

public sealed class PayloadStoreTests : IDisposable
{
    private readonly PackedSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Every_entry_reads_back_from_a_page_of_its_own()
    {
        using var payload = PayloadStore.OpenFile(_sample.FilePath);

        payload.Verify();

        Assert.Equal(
            ["executable", "lib/libone.so", "lib/libtwo.so", "models/tiny/family.json", "models/tiny/rec.onnx"],
            payload.Entries.Select(entry => entry.Name)
        );
        Assert.All(payload.Entries, entry => Assert.Equal(0, entry.Offset % 4096));
        Assert.Equal(new string('r', 5000), TextOf(payload, "models/tiny/rec.onnx"));
        Assert.Equal("2", TextOf(payload, "lib/libtwo.so"));
        Assert.Equal(PackedSample.ExecutableText, TextOf(payload, "executable"));
    }

    [Fact]
    public void Packing_the_same_files_again_gives_the_same_bytes()
    {
        using var again = new PackedSample();

        Assert.Equal(_sample.Bytes, again.Bytes);
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_file_is_found()
    {
        // Every byte of the table and the footer, and a sample of the rest that meets entries and padding alike.
        IEnumerable<int> positions = Enumerable
            .Range(0, _sample.Bytes.Length)
            .Where(position => position % 97 == 0 || position > _sample.Bytes.Length - 400);
        foreach (int position in positions)
        {
            byte[] altered = _sample.Bytes.ToArray();
            altered[position] ^= 0x10;
            _sample.Replace(altered);

            Exception? error = Record.Exception(OpenAndVerify);

            Assert.True(error is PayloadException, $"byte {position}: {error}");
            AssertOneLineNaming(_sample.FilePath, error.Message);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(4096)]
    [InlineData(9000)]
    [InlineData(-49)]
    [InlineData(-1)]
    public void A_file_cut_off_says_so_before_anything_is_read(int length)
    {
        _sample.Replace(_sample.Bytes[..(length < 0 ? _sample.Bytes.Length + length : length)]);

        PayloadException error = Assert.Throws<PayloadException>(() => PayloadStore.OpenFile(_sample.FilePath));

        Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
        AssertOneLineNaming(_sample.FilePath, error.Message);
    }

    [Fact]
    public void Bytes_added_at_the_end_are_not_taken_for_a_whole_file()
    {
        _sample.Replace([.. _sample.Bytes, 0]);

        Assert.Throws<PayloadException>(() => PayloadStore.OpenFile(_sample.FilePath));
    }

    [Theory]
    [InlineData(long.MaxValue - 8, 8)]
    [InlineData(8192, 0)]
    [InlineData(-4096, 10)]
    [InlineData(8, long.MaxValue)]
    [InlineData(8, -1)]
    [InlineData(0, 4)]
    public void An_entry_that_is_not_where_a_packer_puts_it_is_damage(long offset, long length) =>
        AssertDamaged(new("executable", 0, 4, 0), new("lib/libone.so", offset, length, 0));

    [Fact]
    public void Two_entries_of_one_name_are_damage() =>
        AssertDamaged(new("executable", 0, 4, 0), new("executable", 8, 4, 0));

    private void AssertDamaged(params PayloadEntry[] entries)
    {
        byte[] front = new byte[16];
        _sample.Replace([.. front, .. PayloadTable.Write(entries, front.Length)]);

        PayloadException error = Assert.Throws<PayloadException>(OpenAndVerify);

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_loose_files_serves_the_same_entries()
    {
        using var payload = PayloadStore.OpenDirectory(_sample.LooseFolder);

        payload.Verify();

        Assert.Equal("2", TextOf(payload, "lib/libtwo.so"));
        Assert.Equal(4, payload.Entries.Count);
    }

    [Fact]
    public void A_missing_entry_is_named()
    {
        using var payload = PayloadStore.OpenFile(_sample.FilePath);

        PayloadException error = Assert.Throws<PayloadException>(() => payload.Find("lib/libthree.so"));

        Assert.Contains("lib/libthree.so", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_family_is_read_from_its_own_description_only()
    {
        using var payload = PayloadStore.OpenFile(_sample.FilePath);

        Assert.Equal(new FamilySummary("Tiny", "c0ffee", "a fallback"), FamilySummary.Read(payload));
    }

    [Fact]
    public unsafe void A_model_is_mapped_in_place_on_a_page_boundary()
    {
        using var payload = PayloadStore.OpenFile(_sample.FilePath);
        using var models = new PackedModelFiles(payload);

        ModelBytes model = models.Open("rec.onnx");

        Assert.Equal(0, (nint)model.Address % 4096);
        Assert.Equal(5000, model.Length);
        Assert.Equal((byte)'r', model.Span[4999]);
        Assert.Contains(_sample.FilePath, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    private void OpenAndVerify()
    {
        using var payload = PayloadStore.OpenFile(_sample.FilePath);
        payload.Verify();
    }

    private static string TextOf(PayloadStore payload, string name)
    {
        using PayloadView view = payload.Map(payload.Find(name));
        return Encoding.UTF8.GetString(view.Span);
    }

    private static void AssertOneLineNaming(string path, string message)
    {
        Assert.DoesNotContain('\n', message);
        Assert.Contains(path, message, StringComparison.Ordinal);
    }
}
