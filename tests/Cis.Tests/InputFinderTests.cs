using Cis.Input;

namespace Cis.Tests;

public sealed class InputFinderTests
{
    [Fact]
    public void A_folder_gives_the_documents_below_it_sorted_without_hidden_ones()
    {
        using var host = new TestHost();
        foreach (
            string name in new[]
            {
                "b.PDF",
                "a/z.tiff",
                "a/b/c.jpg",
                "B.png",
                ".hidden.pdf",
                ".git/x.pdf",
                "notes.txt",
                "README",
            }
        )
        {
            host.AddPdf(name);
        }

        File.WriteAllText(host.PathOf("notes.txt"), "no document");
        File.WriteAllText(host.PathOf("LICENSE"), "");

        IReadOnlyList<InputFile> files = InputFinder.Find([host.PathOf("")]).Files;

        Assert.Equal(["B.png", "README", "a/b/c.jpg", "a/z.tiff", "b.PDF"], files.Select(file => file.RelativePath));
    }

    [Fact]
    public void A_file_that_is_named_is_taken_whatever_its_name()
    {
        using var host = new TestHost();

        InputFile file = Assert.Single(InputFinder.Find([host.AddPdf("README")]).Files);

        Assert.Equal(host.PathOf("README"), file.Path);
    }

    [Fact]
    public void Links_to_folders_are_not_followed_so_that_a_loop_ends()
    {
        using var host = new TestHost();
        host.AddPdf("in/a.pdf");
        Directory.CreateSymbolicLink(host.PathOf("in/loop"), host.PathOf("in"));

        Assert.Single(InputFinder.Find([host.PathOf("in")]).Files);
    }

    [Fact]
    public void The_same_file_named_twice_is_read_twice_under_two_output_names()
    {
        using var host = new TestHost();
        string file = host.AddPdf("a.pdf");

        Assert.Equal(["a.pdf", "a-2.pdf"], InputFinder.Find([file, file]).Files.Select(input => input.RelativePath));
    }
}
