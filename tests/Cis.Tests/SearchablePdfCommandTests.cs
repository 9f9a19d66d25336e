namespace Cis.Tests;

/// <summary><c>cis ocr --format pdf</c>; what is in the PDFs, the tests of Cis.Documents look at.</summary>
public sealed class SearchablePdfCommandTests
{
    [Fact]
    public void A_pdf_becomes_itself_with_a_layer_and_says_who_made_it()
    {
        using var host = new TestHost();
        string file = host.AddSample("mixed.pdf", "partial.pdf");

        ExitCode code = host.Run("ocr", file, "--format", "pdf", "-o", host.PathOf("out.pdf"));

        Assert.Equal(ExitCode.Partial, code);
        byte[] copy = File.ReadAllBytes(host.PathOf("out.pdf"));
        Assert.True(copy.AsSpan().StartsWith(File.ReadAllBytes(file)));
        Assert.True(copy.AsSpan().IndexOf("/Producer (cis "u8) > 0);
    }

    [Fact]
    public void Pages_that_failed_are_kept_and_said_to_have_no_layer()
    {
        using var host = new TestHost();
        string file = host.AddSample("mixed.pdf", "partial.pdf");

        host.Run("ocr", file, "--format", "pdf", "-o", host.PathOf("out.pdf"));

        Assert.Equal(
            [$"cis: {file}: kept without a text layer: page 2", $"cis: {file}: page 2: its image is cut off"],
            host.ErrorLines
        );
    }

    [Fact]
    public void In_a_folder_a_pdf_keeps_its_name_and_an_image_gets_an_ending()
    {
        using var host = new TestHost();
        host.AddSample("fax-page.png", "in/sub/page.png");
        host.AddSample("photo.jpg", "in/photo.jpg");
        host.AddSample("mixed.pdf", "in/partial.pdf");

        host.Run("ocr", host.PathOf("in"), "--format", "pdf", "-o", host.PathOf("out") + "/");

        Assert.Equal(
            ["out/partial.pdf", "out/photo.jpg.pdf", "out/sub/page.png.pdf"],
            host.Files().Where(path => path.StartsWith("out", StringComparison.Ordinal))
        );
        Assert.StartsWith("%PDF-1.7", host.Read("out/photo.jpg.pdf"), StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_needed_twice_and_comes_once()
    {
        byte[] photo = File.ReadAllBytes(Repository.PathOf("tests", "data", "photo.jpg"));
        using var host = new TestHost { Input = photo };

        ExitCode code = host.Run("ocr", "-", "--format", "pdf", "-o", host.PathOf("out.pdf"));

        Assert.Equal(ExitCode.Ok, code);
        Assert.True(File.ReadAllBytes(host.PathOf("out.pdf")).AsSpan().IndexOf(photo) > 0);
    }

    [Theory]
    [InlineData]
    [InlineData("-o", "-")]
    public void A_terminal_is_no_place_for_a_pdf(params string[] output)
    {
        using var host = new TestHost { IsOutputTerminal = true };

        ExitCode code = host.Run(["ocr", host.AddSample("photo.jpg", "photo.jpg"), "--format", "pdf", .. output]);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("not for a terminal", host.Error, StringComparison.Ordinal);
        Assert.False(host.HasOpenedEngines);
    }

    [Fact]
    public void An_encrypted_pdf_is_refused_and_the_others_are_written()
    {
        using var host = new TestHost();
        string secret = host.AddSample("encrypted.pdf", "in/secret.pdf");
        host.AddSample("photo.jpg", "in/photo.jpg");

        ExitCode code = host.Run([
            "ocr",
            host.PathOf("in"),
            "--format",
            "pdf",
            "--password",
            "reader",
            "-o",
            host.PathOf("out") + "/",
        ]);

        Assert.Equal(ExitCode.SomeFailed, code);
        Assert.Contains(
            host.ErrorLines,
            line => line.StartsWith($"cis: {secret} is encrypted", StringComparison.Ordinal)
        );
        Assert.DoesNotContain("out/secret.pdf", host.Files());
        Assert.Contains("out/photo.jpg.pdf", host.Files());
    }

    [Fact]
    public void What_turns_out_too_damaged_for_a_copy_leaves_none()
    {
        using var host = new TestHost();
        // Three pages, of which the engine finds one.
        string file = host.AddSample("scan.pdf", "scan.pdf");

        ExitCode code = host.Run("ocr", file, "--format", "pdf", "-o", host.PathOf("out.pdf"));

        Assert.Equal(ExitCode.Corrupt, code);
        Assert.Contains("too damaged", Assert.Single(host.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(["scan.pdf"], host.Files());
    }

    [Fact]
    public void Of_a_file_that_cannot_be_read_no_copy_is_made()
    {
        using var host = new TestHost();
        string file = host.AddSample("mixed.pdf", "tooLarge.pdf");

        ExitCode code = host.Run("ocr", file, "--format", "pdf", "-o", host.PathOf("out.pdf"));

        Assert.Equal(ExitCode.TooLarge, code);
        Assert.Equal(["tooLarge.pdf"], host.Files());
    }
}
