using EdgeGateway.Mcp.Eras;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>Asks an upstream what it speaks.</summary>
internal interface IEraProbe
{
    /// <summary>Raised when the upstream refused what it was thought to speak.</summary>
    event Action? Doubted;

    /// <returns><see cref="EraSet.Unknown"/> when it cannot be told now.</returns>
    ValueTask<EraSet> ProbeAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken);
}

/// <summary>
/// Which eras a server's upstream speaks: what the operator says, or what it answered when the first modern client came
/// (protocol.md section 3). Kept as long as the connection is the same.
/// </summary>
internal sealed class UpstreamEra
{
    /// <summary>A stdio server that does not know the question stays silent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly EraSet _setting;
    private readonly IEraProbe? _probe;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();

    // Written under the lock, and by whoever doubts it; read by every request of a modern client.
    private volatile EraSet _known;

    // Read and written under the lock: the question under way, which all who need the answer share.
    private Task<EraSet>? _asking;

    /// <param name="setting">auto, legacy, modern or dual.</param>
    /// <param name="probe">Null where nothing can be asked. Lives as long as this.</param>
    /// <param name="clock">Bounds the question.</param>
    public UpstreamEra(string setting, IEraProbe? probe, TimeProvider clock)
    {
        (_setting, _probe, _clock) = (Parse(setting), probe, clock);
        _known = _setting;
        if (probe is not null)
        {
            probe.Doubted += Forget;
        }
    }

    /// <summary>What is known so far.</summary>
    public EraSet Known => _known;

    /// <summary>Whether a modern client is served in its own era.</summary>
    public async ValueTask<bool> SpeaksModernAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var known = Known;
        if (known == EraSet.Unknown)
        {
            known = await Ask(headers).WaitAsync(cancellationToken);
        }

        return known.HasFlag(EraSet.Modern);
    }

    /// <summary>An answer did not fit what was known: the next modern client's request asks again.</summary>
    public void Forget()
    {
        _known = _setting;
    }

    /// <summary>What the operator says of an upstream; Unknown for auto.</summary>
    public static EraSet Parse(string setting) => setting switch
    {
        "legacy" => EraSet.Legacy,
        "modern" => EraSet.Modern,
        "dual" => EraSet.Dual,
        _ => EraSet.Unknown,
    };

    private Task<EraSet> Ask(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        lock (_lock)
        {
            if (_asking is null)
            {
                // For all who ask, and what it starts may stay: a process to ask keeps its reader. So not in the context of who came first.
                using var _ = ExecutionContext.SuppressFlow();
                _asking = AskAsync(headers);
            }

            return _asking;
        }
    }

    private async Task<EraSet> AskAsync(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        await Task.Yield();
        var eras = EraSet.Unknown;
        try
        {
            using var patience = new CancellationTokenSource(Patience, _clock);
            eras = _probe is null ? EraSet.Legacy : await _probe.ProbeAsync(headers, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Whoever does not answer is tried as a legacy server now and asked again with the next request.
        }

        finally
        {
            // Whatever went wrong: the next who needs to know asks anew.
            lock (_lock)
            {
                _asking = null;
                _known = eras;
            }
        }

        return eras;
    }
}
