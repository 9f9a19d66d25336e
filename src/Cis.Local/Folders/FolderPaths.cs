using Cis.Local.Files;

namespace Cis.Local.Folders;

/// <summary>
/// The files of a folder by their keys: paths below it, with '/'. Hidden names are left out, among them what is still
/// being downloaded by tools that write beside and rename; links to folders are not followed.
/// </summary>
internal sealed class FolderPaths
{
    /// <summary>The folder that holds what is ours.</summary>
    internal const string StateFolder = ".cis";

    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true,
    };

    private readonly string? _ownFile;

    /// <summary>The files of a folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="ownFile">A file that is written here, and none to read though it may lie in the folder.</param>
    internal FolderPaths(string root, string? ownFile = null)
    {
        Root = Path.GetFullPath(root);
        _ownFile = ownFile is null ? null : Path.GetFullPath(ownFile);
    }

    /// <summary>The folder, in full.</summary>
    internal string Root { get; }

    /// <summary>The path of a key; null if it leads out of the folder, or to a hidden file or our own.</summary>
    internal string? PathOf(string key)
    {
        bool isInside =
            key.Length > 0
            && !key.Contains('\0', StringComparison.Ordinal)
            && !key.Split('/').Any(part => part.Length == 0 || part[0] == '.');
        string? path = isInside ? Path.Combine(Root, key) : null;
        return path == _ownFile ? null : path;
    }

    /// <summary>The key of a path; null if it is not in the folder or hidden.</summary>
    internal string? KeyOf(string path)
    {
        string key = Path.GetRelativePath(Root, path);
        return PathOf(key) is null ? null : key;
    }

    /// <summary>
    /// Whether there is for certain no file of this key any more: not where a folder cannot be looked into, or the whole
    /// folder is away.
    /// </summary>
    internal bool IsGone(string key)
    {
        if (PathOf(key) is not { } path || !Directory.Exists(Root))
        {
            return false;
        }

        // A name that is not UTF-8 leads to no file, but is listed with this character in it.
        return key.Contains('\uFFFD', StringComparison.Ordinal)
            ? !Keys().Contains(key, StringComparer.Ordinal)
            : FileStamp.IsGone(path);
    }

    /// <summary>The keys of all files, folder by folder, each sorted.</summary>
    internal IEnumerable<string> Keys() => Keys(new DirectoryInfo(Root), prefix: "");

    private static IEnumerable<string> Keys(DirectoryInfo folder, string prefix)
    {
        foreach (FileSystemInfo entry in Entries(folder))
        {
            if (entry is not DirectoryInfo subfolder)
            {
                yield return prefix + entry.Name;
            }
            else if (subfolder.LinkTarget is null)
            {
                foreach (string key in Keys(subfolder, prefix + entry.Name + "/"))
                {
                    yield return key;
                }
            }
        }
    }

    // A folder that goes away while it is listed is one that holds nothing.
    private static FileSystemInfo[] Entries(DirectoryInfo folder)
    {
        try
        {
            FileSystemInfo[] entries = folder.GetFileSystemInfos("*", Everything);
            entries = Array.FindAll(entries, entry => entry.Name[0] != '.');
            Array.Sort(entries, (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return entries;
        }
        catch (IOException)
        {
            return [];
        }
    }
}
