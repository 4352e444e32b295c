using System.IO.Compression;
using System.Security.Cryptography;

namespace EdgeGateway.AdminUi;

/// <summary>One file of the page, as it is and compressed. Made at its first request, so that the start does not pay for it.</summary>
internal sealed class UiAsset
{
    private UiAsset(string contentType, byte[] plain)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 16));
        ContentType = contentType;
        Plain = new Representation(plain, $"\"{hash}\"");
        Brotli = new Representation(Compress(plain), $"\"{hash}-br\"");
    }

    public string ContentType { get; }

    public Representation Plain { get; }

    public Representation Brotli { get; }

    /// <summary>Reads what the build embedded under <c>ui/</c> (embedded-ui in the repository).</summary>
    public static UiAsset Load(string name)
    {
        using var resource = typeof(UiAsset).Assembly.GetManifestResourceStream("ui/" + name)
            ?? throw new InvalidOperationException($"The build embedded no ui/{name}.");
        var plain = new byte[resource.Length];
        resource.ReadExactly(plain);
        return new UiAsset(ContentTypeOf(name), plain);
    }

    private static string ContentTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"No content type is known for {other}: add it here."),
    };

    private static byte[] Compress(byte[] plain)
    {
        using var buffer = new MemoryStream();
        using (var brotli = new BrotliStream(buffer, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(plain);
        }

        return buffer.ToArray();
    }

    /// <summary>Bytes as sent, and their own strong ETag (RFC 9110, 8.8.3: each content coding has one).</summary>
    public sealed record Representation(ReadOnlyMemory<byte> Bytes, string ETag);
}
