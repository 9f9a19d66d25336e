using Cis.ModelCompiler.Vocabularies;

namespace Cis.ModelCompiler.Tests.Vocabularies;

public sealed class ScriptSetTests
{
    [Theory]
    [InlineData("Zażółć gęślą jaźń; Größe, où, ñandú, århus, İstanbul, țară, ő")]
    [InlineData("“It’s 5–10 % of €3,000.00” (§ 4) ☑ x² ≤ ½ · 25 °C — © 2024 ™ №")]
    public void Latin_documents_are_covered(string text) =>
        Assert.All(Characters(text), c => Assert.True(ScriptSet.Latin.Contains(c), c));

    [Theory]
    [InlineData("日本語の文書、「漢字」とカタカナ・ひらがな。")]
    [InlineData("ＡＢＣ１２３（株）￥1,000〜ｶﾅ々〆ヶ①")]
    [InlineData("髙橋さんと﨑山さんの剝製")]
    [InlineData("堯槇遙瑤凜熙")] // the last row of level 2, row 84
    public void Japanese_documents_are_covered(string text) =>
        Assert.All(Characters(text), c => Assert.True(ScriptSet.Japanese.Contains(c), c));

    [Theory]
    [InlineData("漢")]
    [InlineData("あ")]
    [InlineData("ɸ")]
    [InlineData("ж")]
    public void The_latin_set_leaves_other_scripts_out(string character) =>
        Assert.False(ScriptSet.Latin.Contains(character));

    [Theory]
    [InlineData("们")]
    [InlineData("🛁")]
    public void The_japanese_set_leaves_simplified_chinese_and_pictures_out(string character) =>
        Assert.False(ScriptSet.Japanese.Contains(character));

    [Fact]
    public void Each_set_holds_the_smaller_ones()
    {
        Assert.Equal(["en", "ja", "all"], ScriptSet.BySize.Select(set => set.Name));
        Assert.All(Characters("aé1,"), c => Assert.True(ScriptSet.Japanese.Contains(c)));
    }

    private static IEnumerable<string> Characters(string text) => text.EnumerateRunes().Select(rune => rune.ToString());
}
