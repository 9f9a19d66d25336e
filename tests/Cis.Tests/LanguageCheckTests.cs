using System.Runtime.InteropServices;
using System.Text;
using Cis.Configuration;
using Cis.Ocr;
using Cis.Ocr.Models;

namespace Cis.Tests;

public sealed class LanguageCheckTests
{
    [Theory]
    [InlineData("deu", "de")]
    [InlineData("eng,de_AT,ger", "en,de")]
    [InlineData("ALL", "all")]
    public void Languages_are_called_as_the_models_know_them(string codes, string expected) =>
        Assert.Equal(expected, string.Join(',', LanguageCheck.Check(Family(), codes.Split(','))));

    [Fact]
    public void A_language_that_is_not_read_is_refused_with_the_letters_that_are_missing_and_those_that_are_read()
    {
        SettingException refusal = Assert.Throws<SettingException>(() => LanguageCheck.Check(Family(), ["en", "ell"]));

        Assert.Contains("Greek (ell, lang)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Ά", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("it reads de, en,", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_of_no_language_is_refused()
    {
        SettingException refusal = Assert.Throws<SettingException>(() => LanguageCheck.Check(Family(), ["zz"]));

        Assert.StartsWith(
            "there is no language zz (lang); cis ocr --list-langs",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_very_many_letters_the_first_are_shown() =>
        Assert.EndsWith(
            " and 11132 more letters",
            LanguageCheck.Shown([.. Enumerable.Range(0xAC00, 11172).Select(code => ((char)code).ToString())]),
            StringComparison.Ordinal
        );

    private static FamilyLanguages Family() => FamilyLanguages.Of(new MemoryFiles());

    /// <summary>A family that has a to z and the German letters.</summary>
    private sealed unsafe class MemoryFiles : IModelFiles
    {
        private const string Description = """
            {"family":"Test","sha256":"","detector":{"file":"","mean":[0,0,0],"std":[1,1,1]},"recognizers":[{"name":"r",
            "backbone":"","heads":[{"name":"latin","languages":["en","de"],"characters":"letters.txt"}]}]}
            """;

        public ModelBytes Open(string name)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(
                name == "letters.txt" ? string.Join('\n', "abcdefghijklmnopqrstuvwxyzäöüß".AsEnumerable()) : Description
            );
            byte* memory = (byte*)NativeMemory.Alloc((nuint)bytes.Length); // as long as the process: a few bytes
            bytes.CopyTo(new Span<byte>(memory, bytes.Length));
            return new ModelBytes(memory, bytes.Length);
        }
    }
}
