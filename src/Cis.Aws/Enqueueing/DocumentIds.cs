using System.Text;
using Cis.Worker.Ports;

namespace Cis.Aws.Enqueueing;

/// <summary>
/// What the documents of a back-fill are known by. S3's own notifications name a file bucket/key, senders of the old form
/// name it as they like: a back-fill under another name makes a second document of every file.
/// </summary>
public sealed class DocumentIds
{
    private const string Default = "{bucket}/{key}";

    private readonly string _template;

    private DocumentIds(string template) => _template = template;

    /// <summary>The ids that S3's own notifications give.</summary>
    public static DocumentIds OfNotifications { get; } = new(Default);

    /// <summary>Parses a template.</summary>
    /// <param name="template">
    /// Text with <c>{bucket}</c>, <c>{key}</c>, <c>{name}</c> (the key's last part) or <c>{stem}</c> (that without its
    /// ending); or <c>key</c> for the key alone.
    /// </param>
    /// <exception cref="FormatException">It names nothing of the object: all documents would be one.</exception>
    public static DocumentIds Parse(string template)
    {
        string full = template == "key" ? "{key}" : template;
        return
            full.Contains("{key}", StringComparison.Ordinal)
            || full.Contains("{name}", StringComparison.Ordinal)
            || full.Contains("{stem}", StringComparison.Ordinal)
            ? new DocumentIds(full)
            : throw new FormatException(
                $"--id {template} gives every document the same id: use {{key}}, {{name}} or {{stem}}, as in --id 'inbox-{{key}}'"
            );
    }

    /// <summary>The template.</summary>
    public override string ToString() => _template;

    /// <summary>The id to send with a notification.</summary>
    /// <returns>Null where the worker gives it by itself.</returns>
    internal string? Of(ObjectReference reference) => _template == Default ? null : Format(reference);

    /// <summary>The id that the document will have.</summary>
    public string Format(ObjectReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        string name = reference.Key[(reference.Key.LastIndexOf('/') + 1)..];
        int dot = name.LastIndexOf('.');
        // In one pass: a key may hold braces of its own.
        var id = new StringBuilder();
        for (int i = 0; i < _template.Length; )
        {
            (string Placeholder, string Value)? found = Placeholder(_template.AsSpan(i));
            id.Append(found is { } one ? one.Value : _template[i]);
            i += found?.Placeholder.Length ?? 1;
        }

        return id.ToString();

        (string, string)? Placeholder(ReadOnlySpan<char> rest) =>
            rest.StartsWith("{bucket}") ? ("{bucket}", reference.Bucket)
            : rest.StartsWith("{key}") ? ("{key}", reference.Key)
            : rest.StartsWith("{name}") ? ("{name}", name)
            : rest.StartsWith("{stem}") ? ("{stem}", dot > 0 ? name[..dot] : name)
            : null;
    }
}
