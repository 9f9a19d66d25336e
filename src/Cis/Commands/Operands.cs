using System.CommandLine;
using System.CommandLine.Parsing;

namespace Cis.Commands;

/// <summary>What a command line names beside its options. The parser takes what it knows no option for as one of these.</summary>
internal static class Operands
{
    /// <summary>Those that may be misspelt options; behind <c>--</c> none is.</summary>
    internal static string[] BeforeDashes(ParseResult parsed, string[] operands)
    {
        int dashes = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Count();
        int behind = Math.Max(0, parsed.Tokens.Count - dashes - 1);
        return operands[..^Math.Min(behind, operands.Length)];
    }
}
