using System.Globalization;
using System.Text;

namespace Cis.Output;

/// <summary>Builds XML text: whatever a page says, the result is well-formed.</summary>
internal static class XmlText
{
    /// <summary>
    /// Appends text for use in an element or in a quoted attribute. What XML 1.0 has no way to write (most control
    /// characters, lone surrogates, U+FFFE and U+FFFF) becomes U+FFFD.
    /// </summary>
    internal static StringBuilder AppendEscaped(this StringBuilder xml, string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                xml.Append(c).Append(text[++i]);
            }
            else
            {
                AppendEscaped(xml, c);
            }
        }

        return xml;
    }

    /// <summary>Appends an attribute with a whole number.</summary>
    internal static StringBuilder AppendAttribute(this StringBuilder xml, string name, int value) =>
        xml.Append(CultureInfo.InvariantCulture, $" {name}=\"{value}\"");

    /// <summary>Appends an attribute with text.</summary>
    internal static StringBuilder AppendAttribute(this StringBuilder xml, string name, string value) =>
        xml.Append(' ').Append(name).Append("=\"").AppendEscaped(value).Append('"');

    private static void AppendEscaped(StringBuilder xml, char c)
    {
        switch (c)
        {
            case '&':
                xml.Append("&amp;");
                break;
            case '<':
                xml.Append("&lt;");
                break;
            case '>':
                xml.Append("&gt;");
                break;
            case '"':
                xml.Append("&quot;");
                break;
            // As a reference, or an attribute's normalization would make it a space.
            case '\t' or '\n' or '\r':
                xml.Append(CultureInfo.InvariantCulture, $"&#{(int)c};");
                break;
            case < ' ' or '\ufffe' or '\uffff':
            case >= '\ud800' and <= '\udfff':
                xml.Append('\ufffd');
                break;
            default:
                xml.Append(c);
                break;
        }
    }
}
