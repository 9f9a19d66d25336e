namespace Cis.Ocr.Recognition;

/// <summary>
/// Whether a page is for the first reader: as long as it saves more than it costs, and the page has no letters that it
/// cannot write.
/// </summary>
/// <remarks>
/// Costs are in columns that the large recognizer reads in natural width: 19 ms a thousand on Xeon Sapphire Rapids with
/// VNNI, of which the first reader takes 4. Read alone a line takes 0.77 of its width: squeezed, and some of them again.
/// </remarks>
internal sealed class FirstTrust
{
    private const float CostOfFirst = 0.21f;
    private const float CostAlone = 0.77f;

    // What a call takes beside its columns, of either recognizer.
    private const float CostOfCall = 40;

    // 10 ms: of a receipt, which is the least of pages, 2 %.
    private const float Allowance = 500;

    // Characters that are less probable are in doubt; on a page of poor print, where many words are, more of them are.
    private const float Sure = 0.95f;
    private const float SureOfPoorPrint = 0.98f;
    private const float PoorPrint = 0.08f;
    private const int WordsToLearnFrom = 20;

    // Dirt looks like a letter of some alphabet, once, and not surely.
    private const int ForeignLetters = 2;
    private const float SureLetter = 0.8f;

    // Signs and logos look like an ideograph here and there on pages in Latin letters.
    private const int Ideographs = 4;

    private float _balance;
    private int _words;
    private int _doubted;
    private int _foreign;
    private int _ideographs;

    /// <summary>Whether the first reader is to read on.</summary>
    public bool IsGiven => _balance >= -Allowance && !IsForeign && _ideographs < Ideographs;

    /// <summary>Whether the page is in a language in whose letters the first reader is wrong while it is sure.</summary>
    public bool IsForeign => _foreign >= ForeignLetters;

    /// <summary>Characters that are less probable than this are in doubt.</summary>
    public float SureCharacter => _words >= WordsToLearnFrom && _doubted > _words * PoorPrint ? SureOfPoorPrint : Sure;

    /// <summary>Forgets the last page.</summary>
    public void BeginPage() => (_balance, _words, _doubted, _foreign, _ideographs) = (0, 0, 0, 0, 0);

    /// <summary>A line that the first reader has read.</summary>
    public void AddLine(float width, int words, int doubted)
    {
        _balance += width * (CostAlone - CostOfFirst);
        _words += words;
        _doubted += doubted;
    }

    /// <summary>That the same line is read by the large recognizer alone.</summary>
    public void AddWhole(float width) => _balance -= width * CostAlone + CostOfCall;

    /// <summary>That so many columns of it are.</summary>
    public void AddSpan(float columns) => _balance -= columns + CostOfCall;

    /// <summary>What was read on the page in the end.</summary>
    public void AddLetters(SharedClasses classes, string text, float probability)
    {
        if (probability >= SureLetter)
        {
            (int foreign, int ideographs) = classes.CountForeign(text);
            _foreign += foreign;
            _ideographs += ideographs;
        }
    }
}
