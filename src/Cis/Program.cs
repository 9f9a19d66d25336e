using Cis.Commands;
using Cis.Terminal;

namespace Cis;

internal static class Program
{
    private static int Main(string[] arguments) => CommandLine.Run(arguments, Host());

    private static CommandHost Host() =>
        new(
            Console.Out,
            new ErrorOutput(
                Console.Error,
                isTerminal: !Console.IsErrorRedirected,
                noColor: Environment.GetEnvironmentVariable("NO_COLOR")
            ),
            Console.OpenStandardInput,
            Environment.GetEnvironmentVariable,
            PackedEngines.Open,
            PackedLibraries.Load,
            ColoursOutput: !Console.IsOutputRedirected
                && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        );
}
