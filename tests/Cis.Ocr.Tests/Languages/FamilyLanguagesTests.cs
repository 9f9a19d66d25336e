using Cis.Languages;
using Cis.Ocr.Models;
using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Languages;

public class FamilyLanguagesTests
{
    [Theory]
    [InlineData("en", true)]
    [InlineData("sk", true)]
    [InlineData("ja", true)]
    [InlineData("zh", true)]
    [InlineData("el", false)]
    [InlineData("ru", false)]
    [InlineData("ko", false)]
    [InlineData("vi", false)]
    [InlineData("ee", false)] // its ɔ and ɖ are in the vocabulary and never given
    public void What_the_models_read_is_told_from_letters(string code, bool isRead)
    {
        FamilyLanguages family = OfV6();

        Assert.Equal(isRead, family.Reads(LanguageCatalog.Find(code)!));
        Assert.Equal(isRead, family.VerdictOn(LanguageCatalog.Find(code)!).IsRead);
    }

    [Fact]
    public void A_language_that_is_not_read_says_which_letters_are_missing()
    {
        Assert.Superset(
            new HashSet<string> { "ά", "ς", "ώ" },
            OfV6().VerdictOn(LanguageCatalog.Find("el")!).Missing.ToHashSet()
        );
        Assert.Contains("ľ", OfV6().SeldomGiven(LanguageCatalog.Find("sk")!), StringComparison.Ordinal);
        Assert.Equal("", OfV6().SeldomGiven(LanguageCatalog.Find("en")!));
    }

    [Fact]
    public void Rare_letters_are_read_where_their_language_is_named()
    {
        string named = Read("slovak.png", "sk");
        string unnamed = Read("slovak.png", "en", "ja");

        string[] words = ["priateľ", "alekohľad", "učiteľ", "byť", "vidieť", "Nedeľa", "kľúč"];
        Assert.All(words, word => Assert.Contains(word, named, StringComparison.Ordinal));
        Assert.DoesNotContain('\'', named);
        Assert.DoesNotContain("vidieť", unnamed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_in_a_script_that_the_models_lack_gives_no_text_and_says_why()
    {
        PageText page = Page("russian.png", "en", "ja");

        Assert.Equal(UnreadText.UnreadableScript, page.Remarks.Unreadable);
        Assert.Equal("", page.Text);
        Assert.Empty(page.Lines);
        Assert.Equal(5, page.Remarks.UnreadLines);
        Assert.True(page.Remarks.LacksGoodPart);
    }

    [Theory]
    [InlineData("photo.jpg")]
    [InlineData("japanese.png")]
    [InlineData("fax-page.png")]
    public void Pages_that_are_read_lack_nothing(string file) =>
        Assert.False(Page(file, "en", "ja").Remarks.LacksGoodPart);

    private static FamilyLanguages OfV6() => FamilyLanguages.Of(new FolderModelFiles(TestFiles.Family("v6")));

    private static string Read(string file, params string[] languages) => Page(file, languages).Text;

    private static PageText Page(string file, params string[] languages)
    {
        var options = new OcrOptions { Languages = languages };
        return Readings.WithEngine(
            LoadedModels.Of("v6"),
            options,
            (engine, image) => engine.Read(SamplePages.Of(file)[0], image)
        );
    }
}
