namespace Cis.Files;

/// <summary>Makes folders.</summary>
internal static class FolderMaker
{
    /// <summary>Makes a folder and those above it, where they are missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal static void Make(string path)
    {
        if (path.Length == 0 || FileFacts.Of(path) is { Kind: FileKind.Folder })
        {
            return;
        }

        Make(Path.GetDirectoryName(path) ?? "");
        // Another run may make it at the same moment.
        if (!FileCalls.TryMakeFolder(path) && FileCalls.LastError != FileCalls.Exists)
        {
            throw FileCalls.LastFailure();
        }
    }
}
