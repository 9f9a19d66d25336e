using Cis.Pages;

namespace Cis.Input;

/// <summary>A file to read.</summary>
/// <param name="Path">As the user knows it; <see cref="StandardInput"/> for standard input.</param>
/// <param name="RelativePath">Where its output belongs under an output folder, without the format's ending.</param>
/// <param name="Unusable">Why there is nothing to read: a folder that is empty or cannot be listed. Null for a file.</param>
internal sealed record InputFile(string Path, string RelativePath, ReadException? Unusable = null)
{
    /// <summary>The path that stands for standard input.</summary>
    internal const string StandardInput = "-";
}
