using System.CommandLine;
using Cis.Commands.Tree;

namespace Cis.Commands;

/// <summary><c>--quiet</c>: only failures on standard error.</summary>
internal static class QuietOption
{
    private const string Name = "--quiet";

    internal static void AddTo(Command command) =>
        command.Options.Add(
            new Option<bool>(Name, "-q")
            {
                Arity = ArgumentArity.Zero,
                Description = "Report only failures on standard error: no progress, no summary.",
            }.In(OptionSection.Log)
        );

    /// <summary>Whether it was given; from now on standard error tells of failures only.</summary>
    internal static bool Heed(ParseResult parsed, CommandHost host) => host.Error.IsQuiet = parsed.GetValue<bool>(Name);
}
