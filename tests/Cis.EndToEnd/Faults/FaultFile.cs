namespace Cis.EndToEnd.Faults;

/// <summary>An object of a scenario and what is to become of it: a text in the index, or a reason among the dead letters.</summary>
/// <param name="Key">Its key in the bucket.</param>
/// <param name="Content">Its bytes; null for an object that is not there.</param>
internal sealed record FaultFile(string Key, byte[]? Content)
{
    /// <summary>The text that is to be in the index, with single spaces between its words.</summary>
    internal string? Text { get; init; }

    /// <summary>The outcome that is to be among the dead letters, as in <c>cis-outcome</c>.</summary>
    internal string? Outcome { get; init; }

    /// <summary>A text as files are compared by it: how it is parted into lines is not at issue here.</summary>
    internal static string Normalize(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
