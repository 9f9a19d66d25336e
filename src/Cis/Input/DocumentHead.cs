using Cis.Documents;
using Cis.Files;
using Microsoft.Win32.SafeHandles;

namespace Cis.Input;

/// <summary>The first bytes of a file, which tell what it is.</summary>
internal static class DocumentHead
{
    /// <summary>Looks at a file's bytes.</summary>
    /// <param name="path">The file; if it is no longer a regular file, it is not read.</param>
    /// <param name="type">What it is; null if nothing that cis reads.</param>
    /// <returns>False if it may not be read.</returns>
    internal static bool TryLook(string path, out DocumentType? type)
    {
        type = null;
        using SafeFileHandle file = FileCalls.Open(path, FileCalls.ReadOnly | FileCalls.NonBlocking);
        if (file.IsInvalid)
        {
            return false;
        }

        if (FileFacts.Of((int)file.DangerousGetHandle()) is not { Kind: FileKind.Regular })
        {
            return true;
        }

        byte[] head = new byte[DocumentSource.HeadLength];
        try
        {
            type = TypeOf(head.AsSpan(0, RandomAccess.Read(file, head, fileOffset: 0)), path);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // The text of a page about PDF may have the header of one in it. A file that is named as outputs are is a PDF only
    // where that comes first.
    private static DocumentType? TypeOf(ReadOnlySpan<byte> head, string path) =>
        DocumentSource.TypeOf(head) is { } type
        && (type != DocumentType.Pdf || !IsNamedAsOutput(path) || head.StartsWith("%PDF-"u8))
            ? type
            : null;

    private static bool IsNamedAsOutput(string path) =>
        Path.GetExtension(path) is ".txt" or ".json" or ".ndjson" or ".hocr" or ".xml";
}
