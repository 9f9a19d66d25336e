using System.CommandLine;
using Cis.Commands;
using Cis.Payload;

namespace Cis;

internal static class Program
{
    private static int Main(string[] args)
    {
        var root = new RootCommand("cis") { VersionCommand.Create(), LicensesCommand.Create(), BakeCommand.Create() };
        try
        {
            return root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (PayloadException e)
        {
            Console.Error.WriteLine($"cis: {e.Message}");
            return (int)ExitCode.PayloadDamaged;
        }
    }
}
