using Cis.Documents;
using Cis.Input;
using Cis.Output;
using Cis.Pages;
using Cis.Reading;
using Cis.Terminal;
using Cis.Worker;

namespace Cis.Commands;

/// <summary>Reads files through a pool and writes them in their order, while later ones are already being read.</summary>
internal sealed class OcrRun(
    EnginePool pool,
    Func<InputFile, DocumentSource> openSource,
    PageSelection pages,
    OutputTarget target,
    ErrorOutput error,
    bool isQuiet = false
)
{
    private int _inPart;
    private ExitCode _lastCode;

    /// <summary>How many files were read, in full or in part.</summary>
    internal int Read { get; private set; }

    /// <summary>How many files were not read, or their output not written.</summary>
    internal int Failed { get; private set; }

    /// <summary>The end of the run in one line.</summary>
    internal string Summary(SkippedFiles skipped)
    {
        string inPart = _inPart > 0 ? $" ({_inPart} of them in part)" : "";
        string reasons = skipped.Count > 0 ? $" ({skipped.Reasons})" : "";
        return $"{Read} read{inPart}, {Failed} failed, {skipped.Count} skipped{reasons}";
    }

    /// <summary>Reads and writes all files.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; what is in the target is incomplete.</exception>
    /// <exception cref="OutputException">The output cannot be written.</exception>
    internal async Task<ExitCode> ReadAsync(IReadOnlyList<InputFile> files, CancellationToken cancellationToken)
    {
        // As many as the pool admits at once: no more results than these wait for their turn to be written.
        int ahead = pool.Room;
        var begun = new Queue<(InputFile File, Task<DocumentText> Text)>();
        foreach (InputFile file in files)
        {
            begun.Enqueue((file, BeginAsync(file, cancellationToken)));
            if (begun.Count > ahead)
            {
                await WriteOldestAsync(begun, cancellationToken);
            }
        }

        while (begun.Count > 0)
        {
            await WriteOldestAsync(begun, cancellationToken);
        }

        target.Complete();
        return files.Count == 1 ? _lastCode
            : Failed + _inPart > 0 ? ExitCode.SomeFailed
            : ExitCode.Ok;
    }

    private Task<DocumentText> BeginAsync(InputFile file, CancellationToken cancellationToken) =>
        file.Unwritable is not null ? Task.FromResult(DocumentText.Failed(Outcome.Cancelled, file.Unwritable))
        : file.Unusable is { } unusable ? Task.FromResult(DocumentText.Failed(unusable.Outcome, unusable.Message))
        : pool.ReadAsync(new DocumentRequest(() => openSource(file)) { Pages = pages }, cancellationToken);

    private async Task WriteOldestAsync(
        Queue<(InputFile File, Task<DocumentText> Text)> begun,
        CancellationToken cancellationToken
    )
    {
        (InputFile file, Task<DocumentText> reading) = begun.Dequeue();
        DocumentText text = await reading.WaitAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        string? unwritten = file.Unwritable;
        try
        {
            unwritten ??= WriteOutput(file, text);
        }
        catch (ReadException e)
        {
            // It was read, and yet its searchable copy cannot be made.
            text = DocumentText.Failed(e.Outcome, e.Message);
        }

        Report(file, text, unwritten);
    }

    /// <summary>Writes a document, or says why it has no output where others can have theirs.</summary>
    private string? WriteOutput(InputFile file, DocumentText text)
    {
        try
        {
            error.WithoutStatus(() => target.Write(file, new ReadDocument(file.Name, text)));
            return null;
        }
        catch (OutputException e) when (e.IsOfOneFile)
        {
            return e.Message;
        }
    }

    private void Report(InputFile file, DocumentText text, string? unwritten)
    {
        _lastCode = unwritten is null ? ExitCodes.Of(text.Outcome) : ExitCode.OutputFailed;
        Read += _lastCode is ExitCode.Ok or ExitCode.Partial ? 1 : 0;
        _inPart += _lastCode == ExitCode.Partial ? 1 : 0;
        Failed += _lastCode is ExitCode.Ok or ExitCode.Partial ? 0 : 1;
        error.Explain(
            $"{file.Name}: {OutcomePolicy.NameOf(text.Outcome)}, {text.Pages.Count} of {text.PageCount} pages read"
        );
        if ((unwritten ?? text.Reason) is { } reason && !(isQuiet && _lastCode == ExitCode.Ok))
        {
            bool namesFile = reason.Contains(file.Name, StringComparison.Ordinal);
            error.Complain(namesFile ? reason : $"{file.Name}: {reason}");
        }
    }
}
