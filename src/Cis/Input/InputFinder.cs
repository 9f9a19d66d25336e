using Cis.Documents;
using Cis.Files;
using Cis.Pages;

namespace Cis.Input;

/// <summary>
/// Turns the paths of a command line into files: a file is itself, whatever its name; a folder gives the files below it
/// that are of a supported type by their names or by their bytes, sorted, without hidden ones and without following
/// links to folders. Of those only bytes are looked at whose names do not tell, and nothing but a file is opened.
/// </summary>
internal sealed class InputFinder
{
    private readonly List<InputFile> _files = [];
    private readonly HashSet<string> _relativePaths = new(StringComparer.Ordinal);
    private readonly FileIdentity? _outputFolder;
    private SkippedFiles _skipped;
    private bool _hasFolder;

    private InputFinder(string? outputFolder) =>
        _outputFolder = outputFolder is null ? null : FileFacts.Of(outputFolder)?.Identity;

    /// <summary>Finds the files, in the order of the paths.</summary>
    /// <param name="paths">Files, folders, or <see cref="InputFile.StandardInput"/>.</param>
    /// <param name="outputFolder">Where the output goes, if that is a folder.</param>
    internal static InputList Find(IEnumerable<string> paths, string? outputFolder = null)
    {
        var finder = new InputFinder(outputFolder);
        foreach (string path in paths)
        {
            finder.Add(path);
        }

        return new InputList(finder._files, finder._skipped, finder._hasFolder);
    }

    private void Add(string path)
    {
        if (path.Length == 0)
        {
            throw new UsageException("the name of a file is empty");
        }

        if (path == InputFile.StandardInput)
        {
            Add(new InputFile(path, "stdin", FileFacts.Of(descriptor: 0)));
        }
        else if (FileFacts.Of(path) is { Kind: FileKind.Folder } folder)
        {
            AddFolder(path, folder);
        }
        else
        {
            Add(new InputFile(path, Path.GetFileName(path), FileFacts.Of(path)));
        }
    }

    private void AddFolder(string path, FileFacts folder)
    {
        _hasFolder = true;
        int before = _files.Count;
        Walk(path, folder, relative: "", isInOutputFolder: false);
        if (_files.Count == before)
        {
            AddUnusable(path, "folder", Outcome.ObjectMissing, "the folder holds no file of a type that cis reads");
        }
    }

    private void Walk(string path, FileFacts folder, string relative, bool isInOutputFolder)
    {
        isInOutputFolder |= folder.Identity == _outputFolder;
        foreach (string name in SortedNames(path, relative))
        {
            var file = new InputFile(Path.Combine(path, name), Path.Combine(relative, name))
            {
                IsFound = true,
                IsInOutputFolder = isInOutputFolder,
            };
            AddFound(file with { Facts = FileFacts.Of(file.Path) });
        }
    }

    private void AddFound(InputFile file)
    {
        switch (file.Facts?.Kind)
        {
            case FileKind.Folder:
                if (FileFacts.OfEntry(file.Path) is { Kind: FileKind.Folder } folder)
                {
                    Walk(file.Path, folder, file.RelativePath, file.IsInOutputFolder);
                }

                break;
            case FileKind.Regular or null when DocumentSource.HasSupportedName(file.Path):
                Add(file);
                break;
            case FileKind.Regular:
                AddByBytes(file);
                break;
            case null:
                _skipped = _skipped with { Unreadable = _skipped.Unreadable + 1 };
                break;
            default:
                _skipped = _skipped with { Special = _skipped.Special + 1 };
                break;
        }
    }

    private void AddByBytes(InputFile file)
    {
        if (!DocumentHead.TryLook(file.Path, out DocumentType? type))
        {
            _skipped = _skipped with { Unreadable = _skipped.Unreadable + 1 };
        }
        else if (type is null)
        {
            _skipped = _skipped with { OtherType = _skipped.OtherType + 1 };
        }
        else
        {
            Add(file);
        }
    }

    private List<string> SortedNames(string path, string relative)
    {
        try
        {
            List<string> names = FileCalls.NamesIn(path);
            names.RemoveAll(name => name.StartsWith('.'));
            names.Sort(string.CompareOrdinal);
            return names;
        }
        catch (IOException e)
        {
            AddUnusable(path, relative, Outcome.AccessDenied, $"the folder cannot be listed: {FileFault.Describe(e)}");
            return [];
        }
    }

    private void AddUnusable(string path, string relative, Outcome outcome, string reason) =>
        Add(new InputFile(path, relative) { Unusable = new ReadException(outcome, reason) });

    // Two inputs of one name from different folders must not write over each other's output.
    private void Add(InputFile file)
    {
        string relative = file.RelativePath;
        string unique = relative;
        for (int copy = 2; !_relativePaths.Add(unique); copy++)
        {
            string name = $"{Path.GetFileNameWithoutExtension(relative)}-{copy}{Path.GetExtension(relative)}";
            unique = Path.Combine(Path.GetDirectoryName(relative) ?? "", name);
        }

        _files.Add(file with { RelativePath = unique });
    }
}
