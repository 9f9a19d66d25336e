using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Cis.Configuration;
using Cis.Pages;
using Cis.Payload;
using Cis.Reading;
using Cis.Worker.Ports;

namespace Cis.Isolation;

/// <summary>Reads a file with a separate <c>cis ocr</c>, so that a file that kills it kills nothing else.</summary>
/// <param name="program">The executable of cis.</param>
/// <param name="settings">The settings to read with.</param>
/// <param name="limit">The longest that it may take.</param>
internal sealed class ChildProcessReader(string program, SettingValues settings, TimeSpan limit) : IIsolatedReader
{
    // Exit codes above it mean that a signal ended the process: the code less this.
    private const int SignalBase = 128;

    // Where an unpacked build has its libraries and models.

    // .jpeg and .tiff have five.
    private const int LongestEnding = 8;

    private static readonly SearchValues<char> EndingCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    );

    // A killed process ends at once, unless the kernel itself hangs.
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    /// <remarks>
    /// In a dedicated thread: to the kernel a child's parent is the thread that started it, and threads of the pool end
    /// when there is little to do, which would kill the child (<see cref="ParentProcess"/>).
    /// </remarks>
    public Task<DocumentText> ReadAsync(string file, string name, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(
            () => ReadOnThisThreadAsync(file, name, cancellationToken).GetAwaiter().GetResult(),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private async Task<DocumentText> ReadOnThisThreadAsync(
        string file,
        string name,
        CancellationToken cancellationToken
    )
    {
        string output = file + ".json";
        string path = WithEndingOf(name, file);
        using Process child = Start(path, output);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            // Read to the end, or a child that writes much would block.
            string said = await child.StandardError.ReadToEndAsync(timeout.Token);
            await child.WaitForExitAsync(timeout.Token);
            return ResultOf(child.ExitCode, said, output).Named(path, name);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DocumentText.Failed(
                Outcome.TimedOut,
                $"a process of its own did not read {name} within {limit.TotalSeconds:0} seconds"
            );
        }
        finally
        {
            Kill(child);
        }
    }

    /// <summary>
    /// The file under a path that has the extension of its name, which decides the type where the bytes do not. Anybody
    /// may have chosen the name, so only a few letters and digits of it are used.
    /// </summary>
    private static string WithEndingOf(string name, string file)
    {
        string ending = Path.GetExtension(name);
        if (ending.Length is < 2 or > LongestEnding || ending.AsSpan(1).ContainsAnyExcept(EndingCharacters))
        {
            return file;
        }

        string link = Path.Combine(Path.GetDirectoryName(file)!, "named" + ending);
        try
        {
            File.CreateSymbolicLink(link, file);
            return link;
        }
        catch (IOException)
        {
            // Scratch is full, or the path exists already: the bytes alone have to decide.
            return file;
        }
    }

    private Process Start(string file, string output)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in (string[])["ocr", "--format", "ndjson", "--engines", "1", "-o", output])
        {
            start.ArgumentList.Add(argument);
        }

        // It reads what strangers send: it must not have keys and passwords of services.
        string? payload = Environment.GetEnvironmentVariable(PayloadStore.FolderVariable);
        start.Environment.Clear();
        start.Environment[PayloadStore.FolderVariable] = payload;
        foreach (Setting setting in Settings.OfReading)
        {
            // A secret is passed in the environment: other users can see arguments.
            if (setting != Settings.Format && setting != Settings.Engines && settings[setting].Origin != "default")
            {
                start.Environment[setting.Variable] = settings[setting].Text;
            }
        }

        start.Environment[Variables.ParentProcess] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        start.ArgumentList.Add(file);
        return Process.Start(start)!;
    }

    private static DocumentText ResultOf(int exitCode, string said, string output)
    {
        // Stopping a whole group of processes, as systemd and Ctrl-C do, says nothing about the file.
        if ((ExitCode)exitCode is ExitCode.Interrupted or ExitCode.Terminated)
        {
            return DocumentText.Failed(Outcome.Cancelled, "the process of its own was told to stop");
        }

        if (exitCode > SignalBase)
        {
            return DocumentText.Failed(
                Outcome.Crashed,
                $"it ends every process that reads it (signal {exitCode - SignalBase}); please report it"
            );
        }

        return DocumentJsonReader.TryRead(output) is { } text
            ? text
            : DocumentText.Failed(
                Outcome.Crashed,
                $"a process of its own did not read it (exit code {exitCode}): {said.Trim()}"
            );
    }

    private static void Kill(Process child)
    {
        if (!child.HasExited)
        {
            child.Kill();
            // It must finish writing before the folder of its file is removed.
            _ = child.WaitForExit(KillTimeout);
        }
    }
}
