using Cis.ModelCompiler.Vocabularies;

namespace Cis.ModelCompiler.Families;

/// <summary>
/// A folder of any PP-OCR family: the detector is the one ONNX file with <c>det</c> in its name, the recognizer the one
/// with <c>rec</c>, the dictionary the one text file (or in the recognizer). A line classifier, <c>cls</c>, is ignored:
/// the recognizer itself tells which way a page runs.
/// </summary>
internal sealed class FamilyFolder(string folder)
{
    /// <summary>The family.</summary>
    /// <exception cref="CompilerException">A file is missing, or more than one could be meant.</exception>
    public FamilySource Read(string name)
    {
        foreach (string classifier in Models("cls"))
        {
            Console.WriteLine($"{classifier}: ignored, cis needs no line classifier");
        }

        return new(
            name,
            OneModel("det", "detector"),
            [new("rec", OneModel("rec", "recognizer"), Dictionary(), ScriptSet.BySize)]
        );
    }

    private string OneModel(string mark, string role)
    {
        var files = Models(mark).ToList();
        return files.Count == 1
            ? files[0]
            : throw new CompilerException(
                $"{folder} has {files.Count} files named like '*{mark}*.onnx': a family has one {role}."
            );
    }

    private IEnumerable<string> Models(string mark) =>
        Files("*.onnx").Where(path => Path.GetFileName(path).Contains(mark, StringComparison.Ordinal));

    private string? Dictionary()
    {
        var files = Files("*.txt").ToList();
        return files.Count <= 1
            ? files.FirstOrDefault()
            : throw new CompilerException($"{folder} has {files.Count} text files: which is the dictionary?");
    }

    private IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal);
}
