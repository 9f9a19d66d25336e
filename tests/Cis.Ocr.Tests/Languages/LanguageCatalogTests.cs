using Cis.Languages;

namespace Cis.Ocr.Tests.Languages;

public class LanguageCatalogTests
{
    [Theory]
    [InlineData("sk", "sk")]
    [InlineData("EN", "en")]
    [InlineData("eng", "en")]
    [InlineData("deu", "de")]
    [InlineData("ger", "de")]
    [InlineData("lat", "la")]
    [InlineData("pt_BR", "pt")]
    [InlineData("zh-Hans", "zh")]
    [InlineData("chi_sim", "zh")]
    [InlineData("chi_tra", "zh-Hant")]
    [InlineData("chi_tra_vert", "zh-Hant")]
    [InlineData("jpn_vert", "ja")]
    [InlineData("srp_latn", "sr-Latn")]
    [InlineData("sr-Cyrl", "sr")]
    public void A_language_is_found_by_its_codes_and_tesseracts(string code, string expected) =>
        Assert.Equal(expected, LanguageCatalog.Find(code)?.Code);

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("deu_latf")] // Fraktur is another script
    [InlineData("english")]
    public void What_is_no_language_is_not_found(string code) => Assert.Null(LanguageCatalog.Find(code));

    [Theory]
    [InlineData("sk", "ľĽťŤaZ")]
    [InlineData("tr", "ıIiİğĞ")]
    [InlineData("ko", "가힣")]
    [InlineData("el", "άς")]
    public void Letters_are_large_and_small_and_runs_are_whole(string code, string letters) =>
        Assert.All(
            letters.Select(letter => letter.ToString()),
            letter => Assert.Contains(letter, LanguageCatalog.Find(code)!.Letters)
        );

    [Fact]
    public void Every_language_has_a_code_of_its_own_a_name_and_letters()
    {
        Assert.True(LanguageCatalog.All.Count > 300);
        Assert.Distinct(LanguageCatalog.All.Select(language => language.Code));
        Assert.All(LanguageCatalog.All, language => Assert.NotEqual("", language.Name));
        Assert.All(LanguageCatalog.All, language => Assert.NotEmpty(language.Letters));
    }

    [Fact]
    public void A_language_is_read_that_lacks_a_tenth_of_its_letters_at_most()
    {
        Language german = LanguageCatalog.Find("de")!;

        var whole = LanguageVerdict.Of(german, german.Letters);
        var most = LanguageVerdict.Of(german, german.Letters.Except(["ß", "ä", "Ä"]).ToHashSet());
        var ascii = LanguageVerdict.Of(german, german.Letters.Where(letter => char.IsAscii(letter[0])).ToHashSet());
        var capitals = LanguageVerdict.Of(german, german.Letters.Where(l => char.IsUpper(l[0])).ToHashSet());

        Assert.Equal((true, 0), (whole.IsRead, whole.Missing.Count));
        Assert.Equal((true, "Ä ß ä"), (most.IsRead, string.Join(' ', most.Missing)));
        Assert.Equal("Ä Ö Ü ß ä ö ü", string.Join(' ', ascii.Missing));
        Assert.False(ascii.IsRead);
        Assert.False(capitals.IsRead);
    }
}
