using Cis.Languages;

namespace Cis.ModelCompiler.Families;

/// <summary>What the letters tell that a first reader writes wrongly and is sure of: in which languages it is not to be trusted.</summary>
internal sealed class LostLetters
{
    private readonly HashSet<string> _lost;
    private readonly List<Language> _trusted;
    private readonly List<Language> _others;

    /// <summary>Sorts the languages.</summary>
    /// <param name="lost">The letters, whether the reader has them or not.</param>
    /// <param name="characters">All that the reader has.</param>
    public LostLetters(string lost, IEnumerable<string> characters)
    {
        _lost = [.. lost.EnumerateRunes().Select(rune => rune.ToString())];
        var all = characters.Concat(_lost).ToHashSet(StringComparer.Ordinal);
        var read = LanguageCatalog.All.Where(language => LanguageVerdict.Of(language, all).IsRead).ToList();
        _trusted = read.FindAll(language => !language.Letters.Overlaps(_lost));
        _others = read.FindAll(language => language.Letters.Overlaps(_lost));
    }

    /// <summary>The languages that have none of the letters.</summary>
    public IReadOnlyList<string> TrustedLanguages => [.. _trusted.Select(language => language.Code)];

    /// <summary>
    /// The lost letters, and those beside which they stand: letters of their languages and of no other, as ő is Hungarian.
    /// </summary>
    public string Telltales =>
        string.Concat(
            _others
                .SelectMany(language => language.Letters)
                .Except(_trusted.SelectMany(language => language.Letters), StringComparer.Ordinal)
                .Union(_lost, StringComparer.Ordinal)
                .Where(letter => letter.Length == 1)
                .Order(StringComparer.Ordinal)
        );
}
