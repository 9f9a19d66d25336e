using System.Runtime.InteropServices;

namespace Cis.Output;

/// <summary>Standard error: a write to it throws <see cref="IOException"/>, which nobody has to be told of.</summary>
internal sealed class StandardError() : DescriptorStream(descriptor: 2)
{
    /// <inheritdoc/>
    protected override Exception Failure(int error) => new IOException(Marshal.GetPInvokeErrorMessage(error));
}
