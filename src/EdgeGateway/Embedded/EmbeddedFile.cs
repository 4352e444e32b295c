using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using EdgeGateway.ControlPlane.Http;
using Microsoft.Net.Http.Headers;

namespace EdgeGateway.Embedded;

/// <summary>A file inside the binary, compressed by the build (Embedded.targets). Read at its first request, so that the start does not pay for it.</summary>
internal sealed class EmbeddedFile(string name, string contentType)
{
    private readonly Lazy<Representation> _brotli = new(() => Read(name));
    private readonly Lazy<Representation> _plain = new(() => Decompress(Read(name)));

    /// <summary>Answers a GET or HEAD with it, brotli-coded where that is accepted, or with 304. Headers that do not depend on the file are the caller's.</summary>
    public async Task SendAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var isBrotli = AcceptsBrotli(request);
        var representation = (isBrotli ? _brotli : _plain).Value;
        response.Headers.ETag = representation.ETag;
        response.Headers.Vary = "Accept-Encoding";
        if (ETag.IsKnown(request, representation.ETag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = contentType;
        response.ContentLength = representation.Bytes.Length;
        if (isBrotli)
        {
            response.Headers.ContentEncoding = "br";
        }

        if (!HttpMethods.IsHead(request.Method))
        {
            await response.Body.WriteAsync(representation.Bytes, context.RequestAborted);
        }
    }

    /// <summary>As it was before the build compressed it. For tests, which hold it against its source.</summary>
    public static byte[] Plain(string name) => Decompress(Read(name)).Bytes.ToArray();

    private static Representation Read(string name)
    {
        using var resource = typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The build embedded no {name}.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return new Representation(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}-br\"");
    }

    /// <summary>Without BrotliStream, which would bring the encoder into the binary, 0.1 MB.</summary>
    private static Representation Decompress(Representation brotli)
    {
        var plain = new ArrayBufferWriter<byte>();
        var rest = brotli.Bytes.Span;
        using var decoder = new BrotliDecoder();
        OperationStatus status;
        do
        {
            status = decoder.Decompress(rest, plain.GetSpan(brotli.Bytes.Length), out var read, out var written);
            rest = rest[read..];
            plain.Advance(written);
        }
        while (status == OperationStatus.DestinationTooSmall);

        return status == OperationStatus.Done
            ? new Representation(plain.WrittenSpan.ToArray(), brotli.ETag.Replace("-br", "", StringComparison.Ordinal))
            : throw new InvalidOperationException("The build embedded a file that is not brotli.");
    }

    private static bool AcceptsBrotli(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted)
        && accepted.Any(coding => coding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && coding.Quality != 0);

    /// <summary>Bytes as sent, and their own strong ETag (RFC 9110, 8.8.3: each content coding has one).</summary>
    private sealed record Representation(ReadOnlyMemory<byte> Bytes, string ETag);
}
