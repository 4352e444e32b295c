using System.Buffers.Text;
using System.Globalization;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern.Caching;

/// <summary>A result that may be served again for a while.</summary>
internal sealed class KeptAnswer
{
    /// <summary>A server that means longer is asked once a day all the same.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);

    private readonly ReadOnlyMemory<byte> _message;
    private readonly Slice _id;
    private readonly Slice _ttl;
    private readonly long _asked;

    private KeptAnswer(ReadOnlyMemory<byte> message, Slice id, Slice ttl, TimeSpan life, bool isPublic, long asked)
    {
        (_message, _id, _ttl, _asked) = (message, id, ttl, asked);
        (Life, IsPublic) = (life, isPublic);
    }

    /// <summary>From the moment it was asked for.</summary>
    public TimeSpan Life { get; }

    /// <summary>Whether it may be served to anybody.</summary>
    public bool IsPublic { get; }

    /// <summary>Bytes.</summary>
    public int Size => _message.Length;

    /// <param name="message">The response, as it came; an incomplete one is none.</param>
    /// <param name="asked">Timestamp from before the request was sent: the age is never taken for less than it is.</param>
    /// <returns>Null when the server does not allow it to be kept.</returns>
    public static KeptAnswer? Read(ReadOnlyMemory<byte> message, long asked)
    {
        if (message.IsEmpty || Envelope.Read(message.Span, out var envelope) != EnvelopeError.None || envelope.Kind != MessageKind.Response || !envelope.Id.Exists || !envelope.Result.Exists)
        {
            return null;
        }

        var result = envelope.Result.Of(message);
        var ttl = JsonMembers.Locate(result.Span, "ttlMs"u8);
        if (!ttl.Exists
            || !Utf8Parser.TryParse(ttl.Of(result.Span), out long milliseconds, out var read)
            || read != ttl.Length
            || milliseconds <= 0
            || !JsonMembers.Find(result.Span, "resultType"u8).SequenceEqual("\"complete\""u8))
        {
            return null;
        }

        var scope = JsonMembers.Find(result.Span, "cacheScope"u8);
        var isPublic = scope.SequenceEqual("\"public\""u8);
        if (!isPublic && !scope.SequenceEqual("\"private\""u8))
        {
            return null;
        }

        var life = milliseconds < LongestLife.TotalMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : LongestLife;
        return new KeptAnswer(message.ToArray(), envelope.Id, ttl with { Start = envelope.Result.Start + ttl.Start }, life, isPublic, asked);
    }

    public bool IsFresh(TimeProvider clock) => clock.GetElapsedTime(_asked) < Life;

    /// <summary>Answers a request with it, byte for byte but for the request's id and how long it is good for from now on.</summary>
    public async Task WriteAsync(Exchange x, TimeProvider clock)
    {
        var age = clock.GetElapsedTime(_asked);
        var left = Math.Max(0, (long)(Life - age).TotalMilliseconds);
        var response = x.Http.Response;
        response.ContentType = "application/json";
        response.Headers.Age = ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        MessageSplice.Write(response.BodyWriter, _message.Span, _id, x.ClientId.Span, _ttl, Encoding.ASCII.GetBytes(left.ToString(CultureInfo.InvariantCulture)));
        await response.BodyWriter.FlushAsync();
    }
}
