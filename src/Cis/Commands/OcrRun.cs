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
    ErrorOutput error
)
{
    private int _failed;
    private Outcome _lastOutcome;

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
        return files.Count == 1 ? ExitCodes.Of(_lastOutcome)
            : _failed > 0 ? ExitCode.SomeFailed
            : ExitCode.Ok;
    }

    private Task<DocumentText> BeginAsync(InputFile file, CancellationToken cancellationToken) =>
        file.Unusable is { } unusable
            ? Task.FromResult(DocumentText.Failed(unusable.Outcome, unusable.Message))
            : pool.ReadAsync(new DocumentRequest(() => openSource(file)) { Pages = pages }, cancellationToken);

    private async Task WriteOldestAsync(
        Queue<(InputFile File, Task<DocumentText> Text)> begun,
        CancellationToken cancellationToken
    )
    {
        (InputFile file, Task<DocumentText> reading) = begun.Dequeue();
        DocumentText text = await reading.WaitAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            error.WithoutStatus(() => target.Write(file, new ReadDocument(file.Path, text)));
        }
        catch (ReadException e)
        {
            // It was read, and yet its searchable copy cannot be made.
            text = DocumentText.Failed(e.Outcome, e.Message);
        }

        Report(file, text);
    }

    private void Report(InputFile file, DocumentText text)
    {
        _lastOutcome = text.Outcome;
        _failed += text.Outcome == Outcome.Ok ? 0 : 1;
        if (text.Reason is { } reason)
        {
            bool namesFile = reason.Contains(file.Path, StringComparison.Ordinal);
            error.Complain(namesFile ? reason : $"{file.Path}: {reason}");
        }
    }
}
