using System.CommandLine;
using Cis.Commands.Tree;

namespace Cis.Commands;

/// <summary><c>--verbose</c>: more detail on standard error.</summary>
internal static class VerboseOption
{
    private const string Name = "--verbose";

    internal static void AddTo(Command command) =>
        command.Options.Add(
            new Option<bool>(Name, "-v")
            {
                Arity = ArgumentArity.Zero,
                Description =
                    "Say more on standard error: each step, each request to a service, and where a fault of cis happened.",
            }.In(OptionSection.Log)
        );

    /// <summary>Whether it was given; from now on standard error says more.</summary>
    internal static bool Heed(ParseResult parsed, CommandHost host) =>
        host.Error.IsVerbose = parsed.GetValue<bool>(Name);
}
