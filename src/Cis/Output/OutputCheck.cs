using Cis.Documents;
using Cis.Files;
using Cis.Input;

namespace Cis.Output;

/// <summary>What a user allows where there is something already.</summary>
/// <param name="Force">Other documents are replaced.</param>
/// <param name="SkipExisting">What has its output is not read.</param>
internal readonly record struct OutputRules(bool Force, bool SkipExisting);

/// <summary>
/// Looks before anything is read at what would be written where: no input is ever replaced, and no other document
/// unless that is forced. Files are compared by device and number, so links and other spellings count.
/// </summary>
/// <param name="output">The path of the output; null or <c>-</c> for standard output.</param>
/// <param name="format">What is written.</param>
/// <param name="rules">What is allowed.</param>
internal sealed class OutputCheck(string? output, OutputFormat format, OutputRules rules)
{
    private const int StandardOutputDescriptor = 1;
    private const int LongestName = 255; // NAME_MAX

    /// <summary>The inputs that are left to read.</summary>
    /// <exception cref="UsageException">Something would be replaced that may not be.</exception>
    internal InputList Check(InputList inputs)
    {
        InputList left = WithoutOwn(inputs);
        var identities = left
            .Files.Where(file => file.Facts is { Kind: FileKind.Regular })
            .Select(file => file.Facts!.Value.Identity)
            .ToHashSet();
        return OutputTarget.IsFolder(output) ? CheckEach(left, output, identities) : CheckShared(left, identities);
    }

    private InputList CheckShared(InputList inputs, HashSet<FileIdentity> identities)
    {
        bool isStandard = OutputTarget.IsStandardOutput(output);
        FileFacts? existing = isStandard ? FileFacts.Of(StandardOutputDescriptor) : FileFacts.Of(output!);
        RefuseInput(existing, isStandard ? "standard output" : output!, identities);
        if (isStandard)
        {
            return inputs;
        }

        if (rules.SkipExisting && existing is { Kind: FileKind.Regular })
        {
            return inputs with { Files = [], Skipped = WithDone(inputs, inputs.Files.Count) };
        }

        RefuseDocument(existing, output!);
        return inputs;
    }

    private InputList CheckEach(InputList inputs, string folder, HashSet<FileIdentity> identities)
    {
        var left = new List<InputFile>(inputs.Files.Count);
        foreach (InputFile file in inputs.Files)
        {
            if (file.Unusable is not null)
            {
                left.Add(file);
                continue;
            }

            string path = OutputTarget.PathIn(folder, file, format);
            FileFacts? existing = FileFacts.Of(path);
            string? obstacle = ObstacleOf(existing, path);
            RefuseInput(existing, path, identities);
            if (rules.SkipExisting && existing is { Kind: FileKind.Regular })
            {
                continue;
            }

            RefuseDocument(existing, path);
            left.Add(file with { Unwritable = obstacle });
        }

        return inputs with
        {
            Files = left,
            Skipped = WithDone(inputs, inputs.Files.Count - left.Count),
        };
    }

    private static SkippedFiles WithDone(InputList inputs, int count) =>
        inputs.Skipped with
        {
            Done = inputs.Skipped.Done + count,
        };

    // What stands against one file alone and is seen by now, so that it is not read in vain.
    private static string? ObstacleOf(FileFacts? existing, string path)
    {
        int length = PathBytes.Encode(Path.GetFileName(path)).Length - 1;
        return length > LongestName ? $"the name of its output would have {length} bytes, {LongestName} at most can be"
            : existing is { Kind: FileKind.Folder } ? "there is a folder in the place of its output"
            : null;
    }

    private static void RefuseInput(FileFacts? existing, string path, HashSet<FileIdentity> identities)
    {
        if (existing is { Kind: FileKind.Regular } facts && identities.Contains(facts.Identity))
        {
            throw new UsageException(
                $"{PathBytes.Shown(path)} is one of the inputs, which the output would replace: name another output"
            );
        }
    }

    private void RefuseDocument(FileFacts? existing, string path)
    {
        if (rules.Force || existing is not { Kind: FileKind.Regular, Size: > 0 })
        {
            return;
        }

        if (WhatItMayBe(path) is { } document && !PdfProducer.IsCis(path))
        {
            throw new UsageException(
                $"{PathBytes.Shown(path)} exists and {document}: name another output, or replace it with --force"
            );
        }
    }

    private static string? WhatItMayBe(string path) =>
        !DocumentHead.TryLook(path, out DocumentType? type) ? "may not be read, so that it may be a document"
        : type is not null ? $"is a document of type {type.ToString()!.ToUpperInvariant()}"
        : DocumentSource.HasSupportedName(path) ? "is named as a document"
        : null;

    /// <summary>
    /// Without the PDFs that cis made and that were only found: in the folder of the output or in its place, or beside
    /// the files they were made from. A second run over a folder reads what the first one did.
    /// </summary>
    private InputList WithoutOwn(InputList inputs)
    {
        var sources = inputs
            .Files.Where(file => file.IsFound)
            .Select(file => file.Path)
            .ToHashSet(StringComparer.Ordinal);
        FileIdentity? place = OutputTarget.IsStandardOutput(output) ? null : FileFacts.Of(output!)?.Identity;
        InputFile[] left =
        [
            .. inputs.Files.Where(file =>
                !file.IsFound
                || !(file.IsInOutputFolder || file.Facts?.Identity == place || IsBesideSource(file, sources))
                || !PdfProducer.IsCis(file.Path)
            ),
        ];
        int own = inputs.Files.Count - left.Length;
        return inputs with { Files = left, Skipped = inputs.Skipped with { Own = inputs.Skipped.Own + own } };
    }

    private static bool IsBesideSource(InputFile file, HashSet<string> sources) =>
        Path.GetExtension(file.Path) == ".pdf" && sources.Contains(file.Path[..^".pdf".Length]);
}
