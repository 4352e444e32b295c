using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Handshakes and calls a server has seen while one arm ran, warm-up included, over all rounds.</summary>
internal sealed class HandshakeCount(MockUpstream upstream, CancellationToken cancellationToken)
{
    private long _handshakes;
    private long _calls;

    public Task BeginAsync(CancellationToken ends) => upstream.ResetCountsAsync(ends);

    public async Task EndAsync()
    {
        var counts = await upstream.CountsAsync(cancellationToken);
        _handshakes += counts.Handshakes;
        _calls += counts.Calls;
    }

    public override string ToString() => _handshakes == 0
        ? $"{_calls:N0} calls without one handshake at the server"
        : $"{1000d * _handshakes / _calls:N0} handshakes at the server for 1,000 calls";
}
