using System.Text;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>What every session that began with a handshake has, whatever its transport.</summary>
internal abstract class LegacySession(string protocolVersion, ReadOnlyMemory<byte> initializeResult, bool isInitializedSent) : UpstreamSession
{
    private const int Owed = 0;
    private const int Claimed = 1;
    private const int Sent = 2;

    /// <summary>How far notifications/initialized is: only ever grows. Owed to Claimed by one claimer (Interlocked), to Sent by whoever sent it; read by every request.</summary>
    private int _initialized = isInitializedSent ? Sent : Owed;

    /// <summary>Pings sent. Written by pingers (Interlocked), read by nobody else.</summary>
    private int _pings;

    public override string ProtocolVersion => protocolVersion;

    public override ReadOnlyMemory<byte> InitializeResult => initializeResult;

    public override bool IsInitialized => Volatile.Read(ref _initialized) == Sent;

    public override bool TryClaimInitialized() => Interlocked.CompareExchange(ref _initialized, Claimed, Owed) == Owed;

    public override void ConfirmInitialized() => Volatile.Write(ref _initialized, Sent);

    /// <summary>A ping with an id no client uses.</summary>
    protected (byte[] Id, byte[] Message) NextPing()
    {
        var id = $"egw-ping-{Interlocked.Increment(ref _pings)}";
        return (Encoding.ASCII.GetBytes(id), Encoding.ASCII.GetBytes($$"""{"jsonrpc":"2.0","id":"{{id}}","method":"ping"}"""));
    }
}
