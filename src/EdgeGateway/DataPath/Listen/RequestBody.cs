using System.Buffers;

namespace EdgeGateway.DataPath.Listen;

/// <summary>A request's whole body in one rented array: the only thing the gateway ever buffers whole.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>A client gets more memory when it sends more bytes, not when it announces them.</summary>
    private const int MostAtFirst = 64 * 1024;

    private byte[]? _rented;
    private int _length;

    private RequestBody(byte[] rented) => _rented = rented;

    public ReadOnlyMemory<byte> Memory => _rented.AsMemory(0, _length);

    public ReadOnlySpan<byte> Span => _rented.AsSpan(0, _length);

    /// <summary>For what may be overwritten in place.</summary>
    public Span<byte> Writable => _rented.AsSpan(0, _length);

    /// <summary>Reads the body; null when it is longer than <paramref name="limit"/> bytes.</summary>
    public static async ValueTask<RequestBody?> ReadAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
        {
            return null;
        }

        var body = new RequestBody(ArrayPool<byte>.Shared.Rent((int)Math.Min(request.ContentLength ?? 4096, MostAtFirst)));
        try
        {
            return await body.FillAsync(request, limit) ? body : Discard(body);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static RequestBody? Discard(RequestBody body)
    {
        body.Dispose();
        return null;
    }

    private async ValueTask<bool> FillAsync(HttpRequest request, int limit)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync();
            if (_length + result.Buffer.Length > limit)
            {
                reader.AdvanceTo(result.Buffer.End);
                return false;
            }

            Append(result.Buffer);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return true;
            }
        }
    }

    private void Append(in ReadOnlySequence<byte> more)
    {
        var needed = _length + (int)more.Length;
        if (needed > _rented!.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _rented.Length * 2));
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = larger;
        }

        more.CopyTo(_rented.AsSpan(_length));
        _length = needed;
    }
}
