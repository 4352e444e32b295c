using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>A request, or the requests of a batch, whose answers are to come on a stream that is shared with others.</summary>
internal sealed class WaitingRequest
{
    /// <summary>Progress comes in bursts of some dozens; a reader that is further behind has no use for the oldest.</summary>
    private const int MaxMessages = 256;

    /// <summary>What a client that does not read may cost, beside its answer.</summary>
    private const long MaxBytes = 4 * 1024 * 1024;

    // Read and written under the matcher's lock.
    private readonly List<string> _ids = [];
    private readonly List<string> _tokens = [];

    /// <param name="message">What is sent.</param>
    /// <param name="envelope">Its parts: of a request, or of a batch.</param>
    /// <param name="isGateways">Whether the gateway asks by itself: then the server has nobody to ask back.</param>
    public WaitingRequest(ReadOnlySpan<byte> message, in Envelope envelope, bool isGateways)
    {
        (IsGateways, IsBatch) = (isGateways, envelope.Kind == MessageKind.Batch);
        if (!IsBatch)
        {
            Expect(message, envelope);
            return;
        }

        foreach (var part in Envelope.Messages(message))
        {
            if (Envelope.Read(part.Of(message), out var inner) == EnvelopeError.None && inner.Kind == MessageKind.Request)
                Expect(part.Of(message), inner);
        }
    }

    public bool IsGateways { get; }

    public bool IsBatch { get; }

    public bool IsAnswered => _ids.Count == 0;

    /// <summary>What has come for it.</summary>
    public MessageQueue Messages { get; } = new(MaxMessages, MaxBytes);

    public bool HasToken(string token) => _tokens.Contains(token);

    /// <summary>Crosses out an id; false when the request does not wait for it.</summary>
    public bool TryAnswer(string id) => _ids.Remove(id);

    /// <summary>Whether a response without an id can only be meant for this.</summary>
    public bool TryAnswerOnly() => _ids.Count == 1 && _ids.Remove(_ids[0]);

    private void Expect(ReadOnlySpan<byte> message, in Envelope envelope)
    {
        _ids.Add(MessageId.Canonical(envelope.Id.Of(message)));
        if (envelope.ProgressToken.Exists)
            _tokens.Add(MessageId.Canonical(envelope.ProgressToken.Of(message)));
    }
}
