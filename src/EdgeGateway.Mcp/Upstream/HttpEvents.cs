using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>The events of an answer over HTTP, and where they end too early those that are missing.</summary>
/// <param name="answer">Its body is read; not disposed.</param>
/// <param name="resumption">Goes on where the answer broke off; null where nobody wants that.</param>
/// <param name="cancellationToken">Stops reading.</param>
internal sealed class HttpEvents(HttpAnswer answer, Resumption? resumption, CancellationToken cancellationToken) : EventReader
{
    private readonly SseReader _events = new(answer, cancellationToken);
    private EnumeratedEvents? _missing; // read once the answer has ended

    public override bool TryRead(out SseFrame frame)
    {
        if (_missing is not null)
            return _missing.TryRead(out frame);
        if (!_events.TryRead(out frame))
            return false;

        resumption?.Note(frame);
        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> WaitToReadAsync()
    {
        if (_missing is null)
        {
            if (await HasMoreAsync())
                return true;
            if (resumption is not { IsPossible: true })
                return false;
            _missing = new EnumeratedEvents(resumption.ReadAsync, cancellationToken);
        }

        return await _missing.WaitToReadAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _events.DisposeAsync();
        if (_missing is not null)
            await _missing.DisposeAsync();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> HasMoreAsync()
    {
        try
        {
            return await _events.WaitToReadAsync();
        }
        catch (UpstreamException broken) when (resumption is { IsPossible: true } && broken.Fault.Kind == UpstreamFaultKind.ConnectionLost)
        {
            return false;
        }
        catch (InvalidDataException exception)
        {
            throw new UpstreamException(HttpFaults.Protocol(
                $"The upstream sent an event of more than {SseReader.MaxEventBytes >> 20} MiB; let it send less at once.",
                cause: exception));
        }
    }
}
