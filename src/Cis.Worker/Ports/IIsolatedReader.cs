using Cis.Reading;

namespace Cis.Worker.Ports;

/// <summary>Reads a file in a process of its own: one that may kill whoever reads it.</summary>
public interface IIsolatedReader
{
    /// <summary>Reads the file.</summary>
    /// <param name="file">Where it is.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="cancellationToken">Ends the process.</param>
    /// <returns>
    /// Its text; <see cref="Pages.Outcome.Crashed"/> if the process died, <see cref="Pages.Outcome.TimedOut"/> if it hung.
    /// </returns>
    Task<DocumentText> ReadAsync(string file, string name, CancellationToken cancellationToken);
}
