using Cis.Documents;
using Cis.Layout;

namespace Cis.Sandbox.Messages;

/// <summary>What a document is called and how it is to be read; its bytes come as a descriptor beside it.</summary>
internal static class OpenMessage
{
    internal static void Write(MessageWriter to, DocumentSource source, ReadingOptions options)
    {
        to.Text(source.Name);
        to.Byte((byte)source.Type);
        to.Double(options.Dpi);
        to.Byte((byte)options.TextLayer);
        to.Byte((byte)options.HiddenText);
        to.Byte((byte)options.Furigana);
        to.Flag(options.Attachments);
        to.TextOrNone(options.Password);
        to.Long(options.Limits.MaxBytes);
        to.Count(options.Limits.MaxPages);
        to.Long(options.Limits.MaxPixelsPerPage);
        to.Long(options.Limits.MaxPageMemory);
    }

    internal static (string Name, DocumentType Type, ReadingOptions Options) Read(ref MessageReader from)
    {
        string name = from.Text();
        var type = (DocumentType)from.Byte();
        var options = new ReadingOptions
        {
            Dpi = from.Double(),
            TextLayer = (TextLayerMode)from.Byte(),
            HiddenText = (HiddenText)from.Byte(),
            Furigana = (FuriganaMode)from.Byte(),
            Attachments = from.Flag(),
            Password = from.TextOrNone(),
            Limits = new DocumentLimits
            {
                MaxBytes = from.Long(),
                MaxPages = from.Count(),
                MaxPixelsPerPage = from.Long(),
                MaxPageMemory = from.Long(),
            },
        };
        return (name, type, options);
    }
}
