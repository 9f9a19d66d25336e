using System.CommandLine;
using Cis.Commands.Tree;

namespace Cis.Commands;

/// <summary><c>--verbose</c> and <c>--quiet</c>: how much a command says on standard error.</summary>
internal static class LoudnessOptions
{
    private const string Verbose = "--verbose";
    private const string Quiet = "--quiet";

    /// <summary>Adds both.</summary>
    internal static void AddTo(Command command)
    {
        Add(command, Quiet, "-q", "Report only failures on standard error: no progress, no summary.");
        AddVerboseTo(command);
    }

    /// <summary>Adds only <c>--verbose</c>.</summary>
    internal static void AddVerboseTo(Command command) =>
        Add(
            command,
            Verbose,
            "-v",
            "Say more on standard error: each step, each request to a service, and where a fault of cis happened."
        );

    /// <summary>From now on standard error says as much as was asked for.</summary>
    /// <returns>Whether that is more than usual.</returns>
    /// <exception cref="UsageException">Both were given.</exception>
    internal static bool Heed(ParseResult parsed, CommandHost host)
    {
        host.Error.IsQuiet = IsGiven(parsed, Quiet);
        host.Error.IsVerbose = IsGiven(parsed, Verbose);
        if (host.Error.IsQuiet && host.Error.IsVerbose)
        {
            throw new UsageException($"{Quiet} and {Verbose} contradict each other: give one of them");
        }

        return host.Error.IsVerbose;
    }

    private static void Add(Command command, string name, string shortName, string description) =>
        command.Options.Add(
            new Option<bool>(name, shortName) { Arity = ArgumentArity.Zero, Description = description }.In(
                OptionSection.Log
            )
        );

    private static bool IsGiven(ParseResult parsed, string name) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == name) is { } option
        && parsed.GetResult(option) is { Implicit: false };
}
