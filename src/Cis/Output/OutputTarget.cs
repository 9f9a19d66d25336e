using System.Diagnostics.CodeAnalysis;
using Cis.Files;
using Cis.Input;
using Cis.Pages;

namespace Cis.Output;

/// <summary>Where documents are written to: all into one stream or file, or each into a file of its own.</summary>
internal abstract class OutputTarget : IDisposable
{
    /// <summary>Writes a document, if its format has anything to say of it.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    /// <exception cref="OutputClosedException">The reader of standard output has gone.</exception>
    internal abstract void Write(InputFile file, ReadDocument document);

    /// <summary>Makes the output final. A target disposed without it leaves no partial file.</summary>
    internal abstract void Complete();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The target that a command line asks for.</summary>
    /// <param name="path">Null or <c>-</c> for standard output; a folder if it is one or ends in a slash; else a file.</param>
    /// <param name="format">How documents are written.</param>
    /// <exception cref="OutputException">It cannot be written there.</exception>
    internal static OutputTarget Open(string? path, OutputFormat format)
    {
        if (IsStandardOutput(path))
        {
            return new SharedTarget(file: null, new BufferedStream(new StandardOutput(), 1 << 16), format);
        }

        if (path.Length == 0)
        {
            throw new UsageException("the name of the output is empty");
        }

        if (IsFolder(path))
        {
            return new FolderTarget(path, format);
        }

        var file = new AtomicFile(path);
        return new SharedTarget(file, file.Stream, format);
    }

    /// <summary>Whether documents written there get a file each.</summary>
    internal static bool IsFolder([NotNullWhen(true)] string? path) =>
        path is not null && (Path.EndsInDirectorySeparator(path) || FileFacts.Of(path) is { Kind: FileKind.Folder });

    /// <summary>Whether documents go to standard output, which is not reopened: it may be appended to a file.</summary>
    internal static bool IsStandardOutput([NotNullWhen(false)] string? path) => path is null or "-" or "/dev/stdout";

    /// <summary>The file that a document gets in an output folder.</summary>
    internal static string PathIn(string folder, InputFile file, OutputFormat format) =>
        Path.Combine(folder, DocumentWriter.NameFor(file.RelativePath, format));

    private protected static bool HasSomethingToSay(DocumentWriter writer, ReadDocument document) =>
        writer.TellsFailures || document.Text.Pages.Any(page => page.Text is not null);
}

/// <summary>All documents in one stream: standard output, or a file that appears when all are written.</summary>
internal sealed class SharedTarget(AtomicFile? file, Stream stream, OutputFormat format) : OutputTarget
{
    private readonly DocumentWriter _writer = DocumentWriter.Create(format, stream);
    private bool _isBegun;

    internal override void Write(InputFile _, ReadDocument document)
    {
        if (HasSomethingToSay(_writer, document))
        {
            Try(() =>
            {
                BeginOnce();
                _writer.Write(document);
                stream.Flush();
            });
        }
    }

    // A file in which there would be nothing is not made: its absence says more than its emptiness.
    internal override void Complete()
    {
        if (_isBegun)
        {
            Try(() =>
            {
                _writer.End();
                stream.Flush();
                file?.Commit();
            });
        }
    }

    public override void Dispose() => file?.Dispose();

    private void BeginOnce()
    {
        if (!_isBegun)
        {
            _writer.Begin();
            _isBegun = true;
        }
    }

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"the output cannot be written: {FileFault.Describe(e)}", e);
        }
    }
}

/// <summary>A file per document in a folder that mirrors the folders of the inputs; made where it is missing.</summary>
internal sealed class FolderTarget(string folder, OutputFormat format) : OutputTarget
{
    internal override void Write(InputFile file, ReadDocument document)
    {
        string path = PathIn(folder, file, format);
        try
        {
            FolderMaker.Make(Path.GetDirectoryName(path)!);
            WriteFile(path, document);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{PathBytes.Shown(path)} cannot be written: {FileFault.Describe(e)}", e);
        }
    }

    internal override void Complete() { }

    public override void Dispose() { }

    private void WriteFile(string path, ReadDocument document)
    {
        using var file = new AtomicFile(path);
        var writer = DocumentWriter.Create(format, file.Stream);
        if (HasSomethingToSay(writer, document))
        {
            writer.Begin();
            writer.Write(document);
            writer.End();
            file.Commit();
        }
    }
}
