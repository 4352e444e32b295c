using EdgeGateway.Mcp.Eras;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>
/// Opens sessions with a local command, of whichever era is asked for as far as the command speaks it: one process each. A
/// legacy one serves one client, a modern one any number at once (specification 2025-11-25 and 2026-07-28, Transports, stdio;
/// protocol.md section 3). Linux only.
/// </summary>
/// <param name="command">What to start.</param>
/// <param name="log">Told what the processes say and do.</param>
/// <param name="clock">Bounds asking, writing and closing.</param>
/// <param name="allowed">What the operator says the command speaks; Unknown lets the gateway find out.</param>
public sealed class StdioConnector(StdioCommand command, IStdioLog log, TimeProvider clock, EraSet allowed = EraSet.Unknown) : IUpstreamConnector
{
    /// <summary>A legacy server need not answer a question it does not know, and nothing before its handshake (protocol.md section 3).</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly SpareProcess _spare = new(clock);

    // Written by handshakes, any of whom is right; read by the next.
    private volatile bool _isModernOnly = allowed == EraSet.Modern;

    /// <inheritdoc/>
    public async ValueTask<UpstreamSession> ConnectAsync(Handshake handshake, CancellationToken cancellationToken)
    {
        if (_spare.Take() is { } spare)
        {
            try
            {
                return await OpenAsync(spare, handshake, cancellationToken);
            }
            catch (UpstreamException)
            {
                // It may have died since, or the question upset it: a new one was asked nothing.
            }
        }

        return await OpenAsync(new(StdioLink.Start(command, log, clock), Discovered: null), handshake, cancellationToken);
    }

    /// <summary>
    /// Asks a process, which serves the next session if it answered. An error that is not of the modern era, silence for 5 s and a
    /// process that ends are a legacy server's; a command that cannot be started tells nothing.
    /// </summary>
    /// <inheritdoc/>
    public async ValueTask<EraSet> ProbeAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        if (allowed != EraSet.Unknown)
            return allowed;
        StdioLink? link = null;
        try
        {
            link = StdioLink.Start(command, log, clock);
            if (await TryDiscoverAsync(link, cancellationToken) is { } answer)
            {
                _spare.Keep(new(link, answer));
                return Discover.Judge(answer, status: 0);
            }
        }
        catch (Exception exception) when (exception is UpstreamException or OperationCanceledException)
        {
            // Told below, by how far it came.
        }

        link?.Kill(); // what it would say next is not known
        return link is null ? EraSet.Unknown : EraSet.Legacy;
    }

    /// <summary>The process is the session's, or is ended.</summary>
    private async ValueTask<UpstreamSession> OpenAsync(AskedProcess process, Handshake handshake, CancellationToken cancellationToken)
    {
        try
        {
            return _isModernOnly || ProtocolVersions.IsModern(handshake.ProtocolVersion)
                ? await OpenModernAsync(process, cancellationToken)
                : await OpenLegacyAsync(process, handshake, cancellationToken);
        }
        catch
        {
            process.Link.Kill(); // nobody will use it
            throw;
        }
    }

    private async ValueTask<UpstreamSession> OpenModernAsync(AskedProcess process, CancellationToken cancellationToken)
    {
        var answer = process.Discovered ?? await StdioHandshakes.DiscoverAsync(process.Link, cancellationToken);
        if (answer.Envelope.Result.Exists && Discover.Judge(answer, status: 0).HasFlag(EraSet.Modern))
            return StdioHandshakes.Modern(process.Link, answer);
        _isModernOnly = allowed == EraSet.Modern; // another version of the command may be there now
        throw new UpstreamException(StdioFaults.NotModern);
    }

    private async ValueTask<UpstreamSession> OpenLegacyAsync(AskedProcess process, Handshake handshake, CancellationToken cancellationToken)
    {
        try
        {
            return await StdioHandshakes.LegacyAsync(process.Link, handshake, cancellationToken);
        }
        catch (UpstreamException refused) when (allowed == EraSet.Unknown && refused.Fault.Kind == UpstreamFaultKind.Protocol)
        {
            // Whoever has no handshake refuses it: it may be one without sessions.
            var answer = process.Discovered ?? await TryDiscoverAsync(process.Link, cancellationToken);
            if (answer is not { Envelope.Result.Exists: true } discovered || Discover.Judge(discovered, status: 0) != EraSet.Modern)
                throw;
            _isModernOnly = true;
            return StdioHandshakes.Modern(process.Link, discovered);
        }
    }

    /// <summary>Null: it ended, or stays silent.</summary>
    private async ValueTask<Answer?> TryDiscoverAsync(StdioLink link, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(Silence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await StdioHandshakes.DiscoverAsync(link, either.Token);
        }
        catch (Exception exception) when (exception is UpstreamException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
