using Cis.Files;

namespace Cis.Tests;

public sealed class PathBytesTests
{
    [Theory]
    [InlineData("plain.pdf", "plain.pdf")]
    [InlineData("請求書 \U0001F680.pdf", "請求書 \U0001F680.pdf")]
    public void A_name_in_utf8_is_itself(string name, string path) =>
        Assert.Equal(path, PathBytes.Decode(System.Text.Encoding.UTF8.GetBytes(name)));

    [Theory]
    [InlineData(new byte[] { 0x63, 0xE9, 0x2E })] // Latin-1
    [InlineData(new byte[] { 0x90, 0xBF, 0x8B, 0x81 })] // Shift_JIS
    [InlineData(new byte[] { 0xE8, 0xAB, 0x2F, 0xE8, 0xAB, 0x8B })] // cut off, then whole
    [InlineData(new byte[] { 0xED, 0xB3, 0xA9 })] // a surrogate in UTF-8's clothes
    [InlineData(new byte[] { 0xC0, 0xAF, 0xF5, 0x80, 0xFF })] // never in UTF-8
    [InlineData(new byte[] { 0xEF, 0xBF, 0xBD })] // U+FFFD itself
    public void Whatever_the_bytes_none_is_lost(byte[] bytes)
    {
        byte[] back = PathBytes.Encode(PathBytes.Decode(bytes));

        Assert.Equal([.. bytes, 0], back);
    }

    [Fact]
    public void What_is_not_utf8_is_shown_by_its_number() =>
        Assert.Equal(@"caf\xE9.pdf", PathBytes.Shown(PathBytes.Decode([.. "caf"u8, 0xE9, .. ".pdf"u8])));

    [Fact]
    public void Arguments_that_lost_nothing_are_taken_as_they_are()
    {
        string[] given = ["ocr", "é.pdf"];

        Assert.Same(given, PathBytes.Arguments(given));
    }
}
