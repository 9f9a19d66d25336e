using Cis.Pages;

namespace Cis.Documents.Tests;

/// <summary>Files that somebody cuts short while they are read: the kernel would end the whole process for it.</summary>
public sealed class CutFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cis-cut-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("scan.pdf", 0)]
    [InlineData("scan.pdf", 8192)]
    [InlineData("photo.jpg", 0)]
    [InlineData("fax.tiff", 0)]
    public void A_file_that_is_cut_between_opening_and_reading_is_corrupt_and_the_next_is_read(string name, int length)
    {
        using var reader = new TestReader();
        string path = Copy(name);
        using (var source = DocumentSource.FromFile(path, reader.Options.Limits))
        using (IDocument document = reader.Open(source))
        {
            Cut(path, length);

            AssertCut(() => document.Read(0, reader.Image, TestContext.Current.CancellationToken));
        }

        Assert.NotEmpty(reader.ReadAll(TestFiles.Data(name)));
    }

    [Fact]
    public void A_file_that_is_cut_before_it_is_opened_is_corrupt()
    {
        using var reader = new TestReader();
        string path = Copy("scan.pdf");
        using var source = DocumentSource.FromFile(path, reader.Options.Limits);
        Cut(path, 0);

        AssertCut(() => reader.Open(source));
    }

    [Fact]
    public void Pages_that_were_read_before_the_cut_stand()
    {
        using var reader = new TestReader();
        string path = Copy("scan.pdf");
        using var source = DocumentSource.FromFile(path, reader.Options.Limits);
        using IDocument document = reader.Open(source);

        PageContent first = document.Read(0, reader.Image, TestContext.Current.CancellationToken);
        Cut(path, 0);

        Assert.InRange(first.Dpi, 1, 1000);
        AssertCut(() => document.Read(1, reader.Image, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("scan.pdf", 0)]
    [InlineData("scan.pdf", 8192)]
    [InlineData("photo.jpg", 0)]
    public void Of_a_file_that_is_cut_no_searchable_copy_is_written(string name, int length)
    {
        using var reader = new TestReader();
        string path = Copy(name);
        using var source = DocumentSource.FromFile(path, reader.Options.Limits);
        using var copy = SearchableCopy.Prepare(source, reader.Options, reader.LoadGuard());
        using var output = new MemoryStream();
        CancellationToken stop = TestContext.Current.CancellationToken;
        Cut(path, length);

        AssertCut(() => copy.Write(new Dictionary<int, PageText>(), 1, "a test", reader.Reader, output, stop));
    }

    [Theory]
    [InlineData("scan.pdf", 0)]
    [InlineData("scan.pdf", 8192)]
    public void Of_a_file_that_was_cut_none_is_prepared(string name, int length)
    {
        using var reader = new TestReader();
        string path = Copy(name);
        using var source = DocumentSource.FromFile(path, reader.Options.Limits);
        Cut(path, length);

        AssertCut(() => SearchableCopy.Prepare(source, reader.Options, reader.LoadGuard()));
    }

    [Fact]
    public void A_file_that_grows_or_is_removed_is_read_as_it_was()
    {
        using var reader = new TestReader();
        string path = Copy("scan.pdf");
        using var source = DocumentSource.FromFile(path, reader.Options.Limits);
        File.AppendAllText(path, "more of it");
        File.Delete(path);

        Assert.Equal(3, reader.ReadAll(source).Count);
    }

    private static void AssertCut(Func<object> read)
    {
        ReadException failure = Assert.Throws<ReadException>(() => read());
        Assert.Equal(Outcome.Corrupt, failure.Outcome);
        Assert.Contains("was cut short while it was read", failure.Message, StringComparison.Ordinal);
    }

    private static void Cut(string path, int length)
    {
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(length);
    }

    private string Copy(string name)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.Copy(TestFiles.Data(name), path);
        return path;
    }
}
