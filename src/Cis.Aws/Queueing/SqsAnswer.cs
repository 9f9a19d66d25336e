using System.Buffers;
using System.Net;
using System.Text.Json;
using Amazon.Runtime.EventStreams;
using Amazon.Runtime.Internal.Transform;

namespace Cis.Aws.Queueing;

/// <summary>
/// The body of an answer of SQS, read whole before the SDK reads it: in a buffer that goes back to its pool with the
/// answer.
/// </summary>
internal sealed class SqsAnswer : IHttpResponseBody, IWebResponseData
{
    /// <summary>Ten messages of 1 MiB, each byte of them escaped, with room for what is around them.</summary>
    internal const int MaxBytes = 64 << 20;

    private const int FirstBuffer = 16 << 10;

    private readonly IWebResponseData _response;
    private byte[] _buffer;
    private int _length;

    private SqsAnswer(IWebResponseData response)
    {
        _response = response;
        long length = response.ContentLength;
        _buffer = ArrayPool<byte>.Shared.Rent(length is > 0 and < MaxBytes ? (int)length + 1 : FirstBuffer);
    }

    /// <summary>Whether the SDK can read it to an end.</summary>
    internal bool IsReadable => _length == 0 || SqsAnswerShape.Fits(_buffer.AsSpan(0, _length));

    /// <summary>Takes the body off the line.</summary>
    /// <exception cref="JsonException">It is larger than any answer is.</exception>
    internal static async Task<SqsAnswer> ReadAsync(IWebResponseData response, CancellationToken cancellationToken)
    {
        var answer = new SqsAnswer(response);
        try
        {
            Stream body = await response.ResponseBody.OpenResponseAsync().ConfigureAwait(false);
            await answer.FillAsync(body, cancellationToken).ConfigureAwait(false);
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
        finally
        {
            response.ResponseBody.Dispose();
        }
    }

    /// <summary>Leaves only the status and the headers of it.</summary>
    internal SqsAnswer WithoutBody()
    {
        _length = 0;
        return this;
    }

    /// <inheritdoc/>
    public long ContentLength => _length;

    /// <inheritdoc/>
    public string ContentType => _response.ContentType;

    /// <inheritdoc/>
    public HttpStatusCode StatusCode => _response.StatusCode;

    /// <inheritdoc/>
    public bool IsSuccessStatusCode => _response.IsSuccessStatusCode;

    /// <inheritdoc/>
    public IHttpResponseBody ResponseBody => this;

    /// <inheritdoc/>
    public string[] GetHeaderNames() => _response.GetHeaderNames();

    /// <inheritdoc/>
    public bool IsHeaderPresent(string headerName) => _response.IsHeaderPresent(headerName);

    /// <inheritdoc/>
    public string GetHeaderValue(string headerName) => _response.GetHeaderValue(headerName);

    /// <inheritdoc/>
    public bool IsEventHeaderPresent(string headerName) => _response.IsEventHeaderPresent(headerName);

    /// <inheritdoc/>
    public IEventStreamHeader GetEventStreamHeader(string headerName) => _response.GetEventStreamHeader(headerName);

    /// <inheritdoc/>
    public Stream OpenResponse() => new MemoryStream(_buffer, 0, _length, writable: false);

    /// <inheritdoc/>
    public Task<Stream> OpenResponseAsync() => Task.FromResult(OpenResponse());

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[] buffer = Interlocked.Exchange(ref _buffer, []);
        _length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task FillAsync(Stream body, CancellationToken cancellationToken)
    {
        while (true)
        {
            int read = await body.ReadAsync(_buffer.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            _length += read;
            if (read == 0)
            {
                return;
            }

            if (_length == _buffer.Length)
            {
                Grow();
            }
        }
    }

    private void Grow()
    {
        if (_length >= MaxBytes)
        {
            throw new JsonException($"an answer of more than {MaxBytes} bytes");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(_length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
