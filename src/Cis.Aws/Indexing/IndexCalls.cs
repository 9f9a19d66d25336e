using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Cis.Worker.Ports;

namespace Cis.Aws.Indexing;

/// <summary>OpenSearch requests other than those for documents, with JSON bodies and answers.</summary>
internal sealed class IndexCalls(OpenSearchClient client)
{
    private const string Json = "application/json";

    /// <summary>Reads JSON from a path.</summary>
    /// <returns>Null if it is not there.</returns>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses.</exception>
    internal async Task<JsonNode?> GetAsync(string path, CancellationToken cancellationToken)
    {
        OpenSearchAnswer answer = await client.SendAsync(HttpMethod.Get, path, default, Json, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound ? null : Read(answer, path, body => JsonNode.Parse(body));
    }

    /// <summary>Reads JSON of a known type from a path.</summary>
    /// <inheritdoc cref="GetAsync(string, CancellationToken)"/>
    internal async Task<T?> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        OpenSearchAnswer answer = await client.SendAsync(HttpMethod.Get, path, default, Json, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound
            ? null
            : Read(answer, path, body => JsonSerializer.Deserialize(body, type))
                ?? throw client.Fault(answer, $"reading {path}");
    }

    /// <summary>Sends a request that must succeed.</summary>
    /// <exception cref="TransientException">OpenSearch cannot be reached or refuses.</exception>
    internal async Task<OpenSearchAnswer> DoAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        CancellationToken cancellationToken
    )
    {
        OpenSearchAnswer answer = await SendAsync(method, path, body, cancellationToken);
        return answer.IsSuccess ? answer : throw client.Fault(answer, $"{method} {path}");
    }

    /// <summary>Sends a request that must succeed, and reads its answer as a known type.</summary>
    /// <inheritdoc cref="DoAsync(HttpMethod, string, JsonObject, CancellationToken)"/>
    internal async Task<T> DoAsync<T>(
        HttpMethod method,
        string path,
        JsonObject? body,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
        where T : class
    {
        OpenSearchAnswer answer = await DoAsync(method, path, body, cancellationToken);
        return Read(answer, path, bytes => JsonSerializer.Deserialize(bytes, type))
            ?? throw client.Fault(answer, $"reading the answer to {path}");
    }

    /// <summary>Sends a request, and returns its answer whatever the status.</summary>
    internal Task<OpenSearchAnswer> SendAsync(
        HttpMethod method,
        string path,
        JsonObject? body,
        CancellationToken cancellationToken
    ) =>
        client.SendAsync(
            method,
            path,
            body is null ? default : Encoding.UTF8.GetBytes(body.ToJsonString()),
            Json,
            cancellationToken
        );

    private T Read<T>(OpenSearchAnswer answer, string path, Func<byte[], T> parse)
    {
        try
        {
            return answer.IsSuccess ? parse(answer.Body) : throw client.Fault(answer, $"reading {path}");
        }
        catch (Exception e) when (JsonFault.IsOfBytes(e))
        {
            throw client.Fault(answer, $"reading {path}");
        }
    }
}
