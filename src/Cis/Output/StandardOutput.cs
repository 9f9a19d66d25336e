using System.Runtime.InteropServices;

namespace Cis.Output;

/// <summary>
/// Standard output: a write to it throws <see cref="OutputClosedException"/> where nobody reads any more, and
/// <see cref="OutputException"/> for another failure, such as a full disk.
/// </summary>
internal sealed class StandardOutput() : DescriptorStream(descriptor: 1)
{
    private const int BrokenPipe = 32; // EPIPE

    /// <inheritdoc/>
    protected override Exception Failure(int error)
    {
        string reason = Marshal.GetPInvokeErrorMessage(error);
        return error == BrokenPipe
            ? new OutputClosedException()
            : new OutputException($"standard output cannot be written: {reason}", new IOException(reason));
    }
}
