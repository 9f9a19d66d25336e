namespace Cis.Documents.Pdf;

/// <summary>What a document has shown so far of how far one of its fonts is to be believed.</summary>
internal sealed class FontRecord
{
    private readonly HashSet<char> _lying = [];
    private readonly HashSet<char> _trusted = [];
    private readonly HashSet<char> _doubted = [];
    private int _seenDigits;

    /// <summary>Whether all that it says is wrong; null until it was tried.</summary>
    internal bool? Lies { get; private set; }

    /// <summary>Whether some of its characters were found to be others.</summary>
    internal bool HasLies => _lying.Count > 0;

    /// <summary>Whether a digit was looked at.</summary>
    internal bool HasSeen(int digit) => (_seenDigits & (1 << (digit - '0'))) != 0;

    /// <summary>Takes what a digit looks like: where it is another one, all are in doubt.</summary>
    internal void See(int digit, bool isAnother)
    {
        _seenDigits |= 1 << (digit - '0');
        for (char all = '0'; isAnother && all <= '9'; all++)
        {
            Doubt(all);
        }
    }

    /// <summary>Has a character tried, unless it was.</summary>
    internal void Doubt(char character)
    {
        if (!_trusted.Contains(character) && !_lying.Contains(character))
        {
            _doubted.Add(character);
        }
    }

    /// <summary>Whether a character is another one.</summary>
    internal bool IsLie(int codePoint) => codePoint <= char.MaxValue && _lying.Contains((char)codePoint);

    /// <summary>Whether a character is to be tried.</summary>
    internal bool IsInDoubt(int codePoint) => codePoint <= char.MaxValue && _doubted.Contains((char)codePoint);

    /// <summary>The characters to be tried, in order.</summary>
    internal string Doubted => _doubted.Count == 0 ? "" : string.Concat(_doubted.Order());

    /// <summary>Takes what came of a trial.</summary>
    internal void Take(FontVerdict verdict)
    {
        if (verdict.Characters is null)
        {
            Lies = verdict.Lies;
            return;
        }

        foreach (char character in verdict.Characters)
        {
            _doubted.Remove(character);
            (verdict.Lies ? _lying : _trusted).Add(character);
        }
    }
}
