using System.CommandLine;
using System.CommandLine.Parsing;

namespace Cis.Commands;

/// <summary>Says in the words of this program what the parser found wrong; its own name types of .NET.</summary>
internal static class ParseFault
{
    /// <summary>A sentence for each argument that is missing, and each value that its option does not take.</summary>
    internal static IEnumerable<string> Of(ParseResult parsed) =>
        parsed.Errors.Select(fault => Explain(parsed, fault)).Distinct(StringComparer.Ordinal);

    private static string Explain(ParseResult parsed, ParseError fault) =>
        fault.SymbolResult switch
        {
            OptionResult { Tokens: [] } option => $"{NameOf(option)} needs a value",
            OptionResult { Option.ValueType: var type, Tokens: [var given] } option when IsNumber(type) =>
                $"{NameOf(option)} takes a whole number, not \"{given.Value}\"",
            OptionResult { Tokens.Count: > 1 } option => $"{NameOf(option)} is given more than once",
            ArgumentResult { Tokens: [], Argument: var argument } => Missing(argument),
            CommandResult { Command: var command } when MissingIn(parsed, command) is { } argument => Missing(argument),
            _ => fault.Message,
        };

    private static string Missing(Argument argument) =>
        argument.Description is [var first, .. var rest]
            ? $"{argument.Name} is missing ({char.ToLowerInvariant(first)}{rest.TrimEnd('.')})"
            : $"{argument.Name} is missing";

    private static string NameOf(OptionResult option) => option.IdentifierToken?.Value ?? option.Option.Name;

    private static bool IsNumber(Type type) => type == typeof(int) || type == typeof(int?);

    private static Argument? MissingIn(ParseResult parsed, Command command) =>
        command.Arguments.FirstOrDefault(argument =>
            argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens: [] }
        );
}
