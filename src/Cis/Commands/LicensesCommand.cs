using System.CommandLine;
using System.Text;
using Cis.Payload;

namespace Cis.Commands;

/// <summary><c>cis licenses</c>: whose work is inside, and on which terms.</summary>
internal static class LicensesCommand
{
    private const string Folder = "licenses/";
    private const string Notices = Folder + "THIRD-PARTY-NOTICES";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var texts = new Option<bool>("--texts") { Description = "Print the full license texts too." };
        var command = new Command("licenses", "Show the third-party notices.") { texts };
        command.SetAction(parsed => Run(parsed.InvocationConfiguration.Output, parsed.GetValue(texts)));
        return command;
    }

    private static int Run(TextWriter output, bool texts)
    {
        using var payload = PayloadStore.Open();
        Print(output, payload, payload.Find(Notices));
        if (!texts)
        {
            return (int)ExitCode.Ok;
        }

        foreach (PayloadEntry entry in payload.Entries)
        {
            if (!entry.Name.StartsWith(Folder, StringComparison.Ordinal) || entry.Name == Notices)
            {
                continue;
            }

            output.WriteLine($"\n======== {entry.Name[Folder.Length..]}\n");
            Print(output, payload, entry);
        }
        return (int)ExitCode.Ok;
    }

    private static void Print(TextWriter output, PayloadStore payload, PayloadEntry entry)
    {
        using PayloadView view = payload.Map(entry);
        output.Write(Encoding.UTF8.GetString(view.Span));
    }
}
