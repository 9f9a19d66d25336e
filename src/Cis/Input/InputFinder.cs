using Cis.Documents;
using Cis.Pages;

namespace Cis.Input;

/// <summary>
/// Turns the paths of a command line into files: a file is itself, whatever its name; a folder gives the files below it
/// whose names end as a supported type's do, sorted, without hidden ones and without following links to folders.
/// </summary>
internal sealed class InputFinder
{
    private readonly List<InputFile> _files = [];
    private readonly HashSet<string> _relativePaths = new(StringComparer.Ordinal);

    private InputFinder() { }

    /// <summary>Finds the files, in the order of the paths.</summary>
    internal static IReadOnlyList<InputFile> Find(IEnumerable<string> paths)
    {
        var finder = new InputFinder();
        foreach (string path in paths)
        {
            finder.Add(path);
        }

        return finder._files;
    }

    private void Add(string path)
    {
        if (path == InputFile.StandardInput)
        {
            AddFile(path, "stdin");
        }
        else if (Directory.Exists(path))
        {
            AddFolder(path);
        }
        else
        {
            AddFile(path, Path.GetFileName(path));
        }
    }

    private void AddFolder(string path)
    {
        int before = _files.Count;
        Walk(new DirectoryInfo(path), path, relative: "");
        if (_files.Count == before)
        {
            string reason = "the folder holds no file of a type that cis reads";
            AddFile(path, "folder", new ReadException(Outcome.ObjectMissing, reason));
        }
    }

    private void Walk(DirectoryInfo folder, string shownPath, string relative)
    {
        foreach (FileSystemInfo entry in SortedEntries(folder, shownPath, relative))
        {
            string path = Path.Combine(shownPath, entry.Name);
            string below = Path.Combine(relative, entry.Name);
            if (entry is not DirectoryInfo subfolder)
            {
                if (DocumentSource.HasSupportedName(entry.Name))
                {
                    AddFile(path, below);
                }
            }
            else if (subfolder.LinkTarget is null)
            {
                Walk(subfolder, path, below);
            }
        }
    }

    private FileSystemInfo[] SortedEntries(DirectoryInfo folder, string shownPath, string relative)
    {
        try
        {
            FileSystemInfo[] entries = folder.GetFileSystemInfos();
            entries = Array.FindAll(entries, entry => !entry.Name.StartsWith('.'));
            Array.Sort(entries, (a, b) => string.CompareOrdinal(a.Name, b.Name));
            return entries;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            string reason = $"the folder cannot be listed: {e.Message}";
            AddFile(shownPath, relative, new ReadException(Outcome.AccessDenied, reason, e));
            return [];
        }
    }

    // Two inputs of one name from different folders must not write over each other's output.
    private void AddFile(string path, string relative, ReadException? unusable = null)
    {
        string unique = relative;
        for (int copy = 2; !_relativePaths.Add(unique); copy++)
        {
            string name = $"{Path.GetFileNameWithoutExtension(relative)}-{copy}{Path.GetExtension(relative)}";
            unique = Path.Combine(Path.GetDirectoryName(relative) ?? "", name);
        }

        _files.Add(new InputFile(path, unique, unusable));
    }
}
