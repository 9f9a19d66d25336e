using System.Text;
using Cis.Commands;
using Cis.Configuration;
using Cis.Files;
using Cis.Isolation;
using Cis.Output;
using Cis.Sandbox;
using Cis.Terminal;

namespace Cis;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is [var command, var libraries] && command == ReaderHost.Command)
        {
            PackedEngines.ShareOneHeap();
            return ReaderHost.Run(libraries);
        }

        ParentProcess.EndWith(Environment.GetEnvironmentVariable(Variables.ParentProcess));
        return CommandLine.Run(PathBytes.Arguments(arguments), Host());
    }

    private static CommandHost Host() =>
        new(
            // Not Console.Out, which takes a closed pipe for success; documents go to the same descriptor.
            new StreamWriter(new StandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
            {
                AutoFlush = true,
            },
            new ErrorOutput(
                // Whole lines, each in one call: Console.Error writes 256 characters at a time, and a kill comes between.
                new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false), bufferSize: 16 << 10)
                {
                    AutoFlush = true,
                },
                isTerminal: !Console.IsErrorRedirected,
                noColor: Environment.GetEnvironmentVariable("NO_COLOR")
            ),
            Console.OpenStandardInput,
            Environment.GetEnvironmentVariable,
            PackedEngines.Open,
            PackedLibraries.Load,
            ColorsOutput: !Console.IsOutputRedirected
                && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        )
        {
            IsOutputTerminal = !Console.IsOutputRedirected,
            VariableNames = Environment.GetEnvironmentVariables().Keys.Cast<string>(),
        };
}
