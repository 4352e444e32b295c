using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Mcp.Eras;
using Microsoft.Extensions.Caching.Memory;

namespace EdgeGateway.DataPath.Relay.Modern.Caching;

/// <summary>
/// What servers of revision 2026-07-28 allow a gateway to serve again (Caching): to anybody where the result is public, to the
/// same user where it is private.
/// </summary>
internal sealed class AnswerCache : IDisposable
{
    /// <summary>What an entry costs beside its bytes.</summary>
    private const int Overhead = 512;

    private readonly TimeProvider _clock;

    /// <summary>Null where the operator wants none. Forgets what is over when its memory is used up; whether an answer is fresh is judged here.</summary>
    private readonly MemoryCache? _answers;

    public AnswerCache(GatewayOptions options, TimeProvider clock)
    {
        _clock = clock;
        _answers = options.AnswerCacheBytes == 0 ? null : new MemoryCache(new MemoryCacheOptions { SizeLimit = options.AnswerCacheBytes });
    }

    /// <summary>The key of a request; null when its answer is not to be kept.</summary>
    public AnswerKey? KeyOf(Exchange x, in ModernParams parameters) => _answers is null ? null : AnswerKey.Of(x, parameters);

    /// <summary>What may be served; null when the server has to be asked.</summary>
    /// <param name="key">Of the request.</param>
    /// <param name="principal">Who asks.</param>
    public KeptAnswer? Find(AnswerKey key, Principal principal) => Find(key) ?? (IsSomebody(principal) ? Find(key with { Principal = principal.Name }) : null);

    /// <summary>Keeps an answer if its server allows it.</summary>
    /// <param name="key">Of the request, made before it was sent.</param>
    /// <param name="principal">Who asked.</param>
    /// <param name="message">The response, as it came.</param>
    /// <param name="asked">Timestamp from before the request was sent.</param>
    public void Keep(AnswerKey key, Principal principal, ReadOnlyMemory<byte> message, long asked)
    {
        if (_answers is null || KeptAnswer.Read(message, asked) is not { } answer || (!answer.IsPublic && !IsSomebody(principal)))
        {
            return;
        }

        _answers.Set(
            answer.IsPublic ? key : key with { Principal = principal.Name },
            answer,
            new MemoryCacheEntryOptions { Size = answer.Size + Overhead, AbsoluteExpirationRelativeToNow = answer.Life });
    }

    public void Dispose() => _answers?.Dispose();

    private KeptAnswer? Find(AnswerKey key) => _answers?.Get(key) is KeptAnswer answer && answer.IsFresh(_clock) ? answer : null;

    /// <summary>Where nobody says who they are, all have one name.</summary>
    private static bool IsSomebody(Principal principal) => !ReferenceEquals(principal, Principal.Anonymous);
}
