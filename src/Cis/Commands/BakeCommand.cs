using System.CommandLine;
using Cis.Output;
using Cis.Pages;
using Cis.Payload;

namespace Cis.Commands;

/// <summary><c>cis bake DIR</c>: the native libraries into a cache, when a machine image is built.</summary>
internal static class BakeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var directory = new Argument<string>("DIR")
        {
            Description =
                "The folder: created if missing; must belong to root or to the user who will run cis, and be writable by nobody else.",
        };
        var command = new Command(
            "bake",
            "Put the native libraries into a folder, to be loaded from there (CIS_NATIVE_CACHE=DIR) instead of through memory."
        )
        {
            directory,
        };
        command.SetAction(parsed => Run(parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(directory)));
        return command;
    }

    private static int Run(TextWriter output, string directory)
    {
        if (directory.Length == 0)
        {
            throw new UsageException("DIR is empty: name the folder for the libraries");
        }

        using var payload = PayloadStore.Open();
        payload.Verify();
        try
        {
            foreach (string path in LibraryCache.Bake(payload, Path.GetFullPath(directory)))
            {
                output.WriteLine(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"the libraries cannot be put into {directory}: {FileFault.Describe(e)}", e);
        }
        return (int)ExitCode.Ok;
    }
}
