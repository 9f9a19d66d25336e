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
            PackedEngines.KeepHeapBetweenDocuments();
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
                new StreamWriter(new StandardError(), new UTF8Encoding(false), bufferSize: 16 << 10)
                {
                    AutoFlush = true,
                },
                TerminalKinds.Of(!Console.IsErrorRedirected, Environment.GetEnvironmentVariable)
            ),
            Console.OpenStandardInput,
            Environment.GetEnvironmentVariable,
            PackedEngines.Open,
            PackedLibraries.Load,
            ColorsOutput: TerminalKinds.Of(!Console.IsOutputRedirected, Environment.GetEnvironmentVariable)
                == TerminalKind.Colored
        )
        {
            IsOutputTerminal = !Console.IsOutputRedirected,
            VariableNames = Environment.GetEnvironmentVariables().Keys.Cast<string>(),
        };
}
