using System.Buffers;
using System.Text.Json;

namespace Cis.Aws.Queueing;

/// <summary>
/// Looks at the JSON of an answer of SQS as far as the SDK (4.0) takes its form for granted. It reads a list or a map until
/// that ends, so that what is none, and what is malformed, goes on forever and takes all memory.
/// </summary>
internal static class SqsAnswerShape
{
    private delegate bool Check(ref Utf8JsonReader json);

    /// <summary>Whether the SDK comes to an end with it.</summary>
    internal static bool Fits(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        try
        {
            return json.Read() && IsObject(ref json, IsAnswerMember) && !json.Read();
        }
        catch (Exception e) when (JsonFault.IsOfBytes(e))
        {
            return false;
        }
    }

    private static bool IsAnswerMember(ref Utf8JsonReader json) =>
        json.ValueTextEquals("Messages"u8) ? IsValue(ref json, IsMessageList)
        : json.ValueTextEquals("Successful"u8) || json.ValueTextEquals("Failed"u8) || json.ValueTextEquals("Results"u8)
            ? IsValue(ref json, IsEntryList)
        : json.ValueTextEquals("Attributes"u8) ? IsValue(ref json, IsTextMap)
        : IsValue(ref json, IsAnything);

    private static bool IsMessageMember(ref Utf8JsonReader json) =>
        json.ValueTextEquals("Body"u8) ? IsValue(ref json, IsText)
        : json.ValueTextEquals("Attributes"u8) ? IsValue(ref json, IsTextMap)
        : json.ValueTextEquals("MessageAttributes"u8) ? IsValue(ref json, IsAttributeMap)
        : IsValue(ref json, IsAnything);

    private static bool IsAttributeMember(ref Utf8JsonReader json) =>
        json.ValueTextEquals("StringListValues"u8) || json.ValueTextEquals("BinaryListValues"u8)
            ? IsValue(ref json, IsTextList)
            : IsValue(ref json, IsAnything);

    private static bool IsMessageList(ref Utf8JsonReader json) => IsList(ref json, IsMessage);

    private static bool IsEntryList(ref Utf8JsonReader json) => IsList(ref json, IsEntry);

    private static bool IsTextList(ref Utf8JsonReader json) => IsList(ref json, IsText);

    private static bool IsTextMap(ref Utf8JsonReader json) => IsMap(ref json, IsTextMember);

    private static bool IsAttributeMap(ref Utf8JsonReader json) => IsMap(ref json, IsAttribute);

    private static bool IsEntry(ref Utf8JsonReader json) => IsObject(ref json, IsAnyMember);

    private static bool IsTextMember(ref Utf8JsonReader json) => IsValue(ref json, IsText);

    private static bool IsAnyMember(ref Utf8JsonReader json) => IsValue(ref json, IsAnything);

    private static bool IsAttribute(ref Utf8JsonReader json) => json.Read() && IsObject(ref json, IsAttributeMember);

    private static bool IsText(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String && (!json.ValueIsEscaped || HasWholeCharacters(ref json));

    // Throws where the SDK would.
    private static bool HasWholeCharacters(ref Utf8JsonReader json)
    {
        char[] room = ArrayPool<char>.Shared.Rent(json.ValueSpan.Length);
        try
        {
            return json.CopyString(room) >= 0;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(room);
        }
    }

    private static bool IsAnything(ref Utf8JsonReader json)
    {
        json.Skip();
        return true;
    }

    // Of a message without a body the SDK cannot compute the checksum that it compares.
    private static bool IsMessage(ref Utf8JsonReader json)
    {
        bool hasBody = false;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            hasBody |= json.ValueTextEquals("Body"u8);
            if (!IsMessageMember(ref json))
            {
                return false;
            }
        }

        return hasBody;
    }

    // From a member's name to the end of its value.
    private static bool IsValue(ref Utf8JsonReader json, Check value) => json.Read() && value(ref json);

    private static bool IsMap(ref Utf8JsonReader json, Check member) =>
        json.TokenType == JsonTokenType.Null || IsObject(ref json, member);

    private static bool IsObject(ref Utf8JsonReader json, Check member) =>
        json.TokenType == JsonTokenType.StartObject && AreAll(ref json, JsonTokenType.EndObject, member);

    private static bool IsList(ref Utf8JsonReader json, Check element) =>
        json.TokenType == JsonTokenType.Null
        || (json.TokenType == JsonTokenType.StartArray && AreAll(ref json, JsonTokenType.EndArray, element));

    private static bool AreAll(ref Utf8JsonReader json, JsonTokenType end, Check each)
    {
        while (json.Read() && json.TokenType != end)
        {
            if (!each(ref json))
            {
                return false;
            }
        }

        return true;
    }
}
