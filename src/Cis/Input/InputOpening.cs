using Cis.Documents;
using Cis.Files;
using Cis.Pages;
using Microsoft.Win32.SafeHandles;

namespace Cis.Input;

/// <summary>Opens inputs. Files and pipes are read; sockets and devices, of which nobody knows an end, are not opened.</summary>
internal static class InputOpening
{
    // Whoever starts a writer with the reader has it there at once.
    private static readonly TimeSpan WriterTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Opens a path.</summary>
    /// <exception cref="ReadException">It cannot be opened or read.</exception>
    internal static DocumentSource Open(InputFile file, DocumentLimits limits)
    {
        CheckKind(file, FileFacts.Of(file.Path));
        // Without waiting: should a pipe have come in the file's place since, the run must not stand still for it.
        int flags = FileCalls.ReadOnly | FileCalls.NonBlocking | FileCalls.NoControllingTerminal;
        using SafeFileHandle handle = FileCalls.Open(file.Path, flags);
        if (handle.IsInvalid)
        {
            throw Failure(file);
        }

        FileFacts? facts = FileFacts.Of((int)handle.DangerousGetHandle());
        CheckKind(file, facts);
        return facts?.Kind == FileKind.Pipe ? ReadPipe(handle, file, limits) : Map(handle, file, limits);
    }

    private static DocumentSource Map(SafeFileHandle handle, InputFile file, DocumentLimits limits)
    {
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        return DocumentSource.FromOpenFile(stream, file.Name, limits);
    }

    private static DocumentSource ReadPipe(SafeFileHandle handle, InputFile file, DocumentLimits limits)
    {
        try
        {
            using var pipe = new PipeStream(handle, WriterTimeout, limits.FileTimeout);
            return DocumentSource.FromStream(pipe, file.Name, limits);
        }
        catch (TimeoutException e)
        {
            throw new ReadException(Outcome.TimedOut, e.Message, e);
        }
        catch (IOException e)
        {
            throw new ReadException(Outcome.AccessDenied, $"{file.Name} cannot be read: {FileFault.Describe(e)}", e);
        }
    }

    private static void CheckKind(InputFile file, FileFacts? facts)
    {
        switch (facts?.Kind)
        {
            case null:
                throw Failure(file);
            case FileKind.Folder:
                throw new ReadException(Outcome.UnsupportedType, $"{file.Name} is a folder, not a file.");
            case FileKind.Other:
                throw new ReadException(
                    Outcome.UnsupportedType,
                    $"{file.Name} is a device or socket, which is not opened; standard input is written -"
                );
            case FileKind.Pipe when file.IsFound:
                throw new ReadException(
                    Outcome.UnsupportedType,
                    $"{file.Name} is a pipe, which is read only if named."
                );
        }
    }

    private static ReadException Failure(InputFile file) =>
        FileCalls.LastError switch
        {
            FileCalls.NoEntry or FileCalls.NotAFolder => new(
                Outcome.ObjectMissing,
                $"{file.Name}: there is no such file."
            ),
            FileCalls.AccessDenied or FileCalls.NotPermitted => new(
                Outcome.AccessDenied,
                $"{file.Name} may not be read by this user."
            ),
            FileCalls.NameTooLong or FileCalls.LinkLoop => new(
                Outcome.ObjectMissing,
                $"{file.Name}: there can be no such file: {FileCalls.LastFailure().Message}"
            ),
            _ => new(Outcome.AccessDenied, $"{file.Name} cannot be opened: {FileCalls.LastFailure().Message}"),
        };
}
