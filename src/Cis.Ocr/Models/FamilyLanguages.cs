using Cis.Languages;

namespace Cis.Ocr.Models;

/// <summary>Which languages a family reads, and what of each it lacks: told from letters, not from a list.</summary>
public sealed class FamilyLanguages
{
    private readonly ModelFamily _family;
    private readonly HashSet<string> _readable;
    private readonly Func<HashSet<string>> _readCharacters;

    private FamilyLanguages(ModelFamily family, Func<HashSet<string>> readCharacters)
    {
        _family = family;
        _readable = [.. LanguageChoice.CodesOf(family)];
        _readCharacters = readCharacters;
    }

    /// <summary>The family's name, for people.</summary>
    public string Family => _family.Family;

    /// <summary>Every language, with the letters that the family has no character for.</summary>
    public IEnumerable<LanguageVerdict> Verdicts => LanguageCatalog.All.Select(VerdictOn);

    /// <summary>The codes of the languages that the family reads.</summary>
    public IEnumerable<string> Readable => _readable.Order(StringComparer.Ordinal);

    private HashSet<string> Characters => field ??= _readCharacters();

    /// <summary>Reads what a family says of its languages.</summary>
    /// <exception cref="InvalidDataException">Its description is not valid.</exception>
    public static FamilyLanguages Of(IModelFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var family = ModelFamily.Parse(files.Open(ModelFamily.FileName).Span);
        return new FamilyLanguages(family, () => ReadCharacters(family, files));
    }

    /// <summary>Whether the family reads a language.</summary>
    public bool Reads(Language language)
    {
        ArgumentNullException.ThrowIfNull(language);
        return _readable.Contains(language.Code);
    }

    /// <summary>The letters of a language that the family has no character for.</summary>
    public LanguageVerdict VerdictOn(Language language) => LanguageVerdict.Of(language, Characters);

    /// <summary>The letters of a language that the family has, but seldom gives where they stand.</summary>
    public string SeldomGiven(Language language)
    {
        ArgumentNullException.ThrowIfNull(language);
        return string.Concat(LettersOf(_family, recognizer => recognizer.RareLetters).Where(language.Letters.Contains));
    }

    private static IEnumerable<string> LettersOf(ModelFamily family, Func<RecognizerModel, string?> letters) =>
        family
            .Recognizers.SelectMany(recognizer => (letters(recognizer) ?? "").EnumerateRunes())
            .Select(rune => rune.ToString())
            .Distinct(StringComparer.Ordinal);

    private static HashSet<string> ReadCharacters(ModelFamily family, IModelFiles files)
    {
        var characters = new HashSet<string>(StringComparer.Ordinal);
        foreach (HeadModel head in family.Recognizers.SelectMany(recognizer => recognizer.Heads))
        {
            var vocabulary = new Vocabulary(files.Open(head.Characters).Span);
            for (int i = 1; i < vocabulary.ClassCount; i++)
            {
                characters.Add(vocabulary[i]);
            }
        }

        characters.ExceptWith(LettersOf(family, recognizer => recognizer.UnseenLetters));
        return characters;
    }
}
