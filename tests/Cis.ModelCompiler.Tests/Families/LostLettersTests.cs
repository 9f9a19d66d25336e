using Cis.ModelCompiler.Families;

namespace Cis.ModelCompiler.Tests.Families;

public sealed class LostLettersTests
{
    private static readonly string[] Characters =
    [
        .. "abcdefghijklmnopqrstuvwxyzáâãåæçéèêëíîñóôõöøőúûüűßäăş".Select(c => $"{c}"),
    ];
    private readonly LostLetters _lost = new("űșȘțȚ", [.. Characters, .. Characters.Select(c => c.ToUpperInvariant())]);

    [Theory]
    [InlineData("en", true)]
    [InlineData("de", true)]
    [InlineData("sv", true)]
    [InlineData("hu", false)]
    [InlineData("ro", false)]
    [InlineData("ru", false)] // not read at all
    public void Languages_with_a_lost_letter_are_not_trusted(string code, bool isTrusted)
    {
        Assert.Equal(isTrusted, _lost.TrustedLanguages.Contains(code));
    }

    [Theory]
    [InlineData('ű', true)]
    [InlineData('ș', true)] // not among the characters
    [InlineData('ő', true)] // of Hungarian alone
    [InlineData('ă', true)] // of Romanian alone
    [InlineData('é', false)]
    [InlineData('ö', false)]
    [InlineData('a', false)]
    public void Letters_of_their_languages_alone_tell_them(char letter, bool tells)
    {
        Assert.Equal(tells, _lost.Telltales.Contains(letter));
    }
}
