using System.Runtime.InteropServices;

namespace Cis.Commands;

/// <summary>
/// Turns SIGINT, SIGTERM and SIGHUP into cancelled tokens. After those that the command waits for, a further signal ends
/// the process as it would by itself.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly bool _heedsSecond;
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to heed signals.</summary>
    /// <param name="heedsSecond">Whether the second one cancels <see cref="Hurry"/>.</param>
    internal StopSignals(bool heedsSecond = false)
    {
        _heedsSecond = heedsSecond;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Token => _stop.Token;

    /// <summary>Cancelled by the second signal, where that is heeded.</summary>
    internal CancellationToken Hurry => _hurry.Token;

    /// <summary>What the process should say at its end after a signal.</summary>
    internal ExitCode ExitCode { get; private set; } = ExitCode.Interrupted;

    /// <summary>Does something until it is done, or until a signal ends it with that signal's code.</summary>
    internal static async Task<ExitCode> RunAsync(Func<CancellationToken, Task<ExitCode>> work)
    {
        using var signals = new StopSignals();
        try
        {
            return await work(signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return signals.ExitCode;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        _hurry.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
        {
            HandleFurther(context);
            return;
        }

        context.Cancel = true;
        ExitCode = context.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated;
        _stop.Cancel();
    }

    private void HandleFurther(PosixSignalContext context)
    {
        if (_heedsSecond && !_hurry.IsCancellationRequested)
        {
            context.Cancel = true;
            _hurry.Cancel();
        }
    }
}
