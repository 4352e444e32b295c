using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>What the gateway asks a legacy client on behalf of a modern server, until the client's response comes in a request of its own.</summary>
internal sealed class ClientQuestions
{
    // Written by the requests of one client session that ask, and by those that bring responses.
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ReadOnlyMemory<byte>>> _open = new(StringComparer.Ordinal);

    /// <summary>Asks under a new id.</summary>
    /// <returns>The raw id, and the raw result; an empty one when the client answered with an error.</returns>
    public (ReadOnlyMemory<byte> Id, Task<ReadOnlyMemory<byte>> Answer) Ask()
    {
        var id = GatewayId.Next();
        var answer = new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[Encoding.ASCII.GetString(id)] = answer;
        return (id, answer.Task);
    }

    public void Forget(ReadOnlyMemory<byte> id) => _open.TryRemove(Encoding.ASCII.GetString(id.Span), out _);

    /// <summary>A client's response; false when nobody waits for it.</summary>
    public bool TryAnswer(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        if (!_open.TryRemove(Encoding.UTF8.GetString(envelope.Id.Of(message.Span)), out var waiting))
        {
            return false;
        }

        return waiting.TrySetResult(envelope.Result.Exists ? envelope.Result.Of(message).ToArray() : default(ReadOnlyMemory<byte>));
    }
}
