using System.Security.Cryptography;
using System.Text;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay.Modern.Tools;

/// <summary>
/// What a legacy client does not know of tools: which arguments a modern server wants repeated as headers, and which tools it must leave
/// out (2026-07-28, Streamable HTTP, Custom Headers from Tool Parameters).
/// </summary>
/// <param name="x">A tools/call or tools/list.</param>
/// <param name="upstream">Where it goes.</param>
/// <param name="meta">What the client says of itself with each request, raw.</param>
/// <param name="services">Clock and log.</param>
internal sealed class ToolHeaders(Exchange x, PooledUpstream upstream, ReadOnlyMemory<byte> meta, RelayServices services)
{
    /// <summary>A list is a matter of milliseconds; without one the call goes as it is, and the server says what is missing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly long _version = x.Route.Answers.Number;
    private string? _key;

    private string Key => _key ??= ComputeKey();

    /// <summary>The headers of this call, by what the server has said of its tools; it is asked if it has not. None for anything but a call.</summary>
    public async ValueTask<IReadOnlyList<KeyValuePair<string, string>>> OfCallAsync(CancellationToken cancellationToken)
    {
        if (x.Envelope.Method != McpMethod.ToolsCall || !x.Envelope.Name.Exists)
        {
            return [];
        }

        try
        {
            // Others may wait for the same list: it is not the first one's to give up.
            var known = await x.Route.Tools.FindAsync(Key, _version, AskAsync).WaitAsync(cancellationToken);
            var name = JsonText.Decode(x.Envelope.Name.Of(x.Message.Span));
            return known.Parameters.TryGetValue(name, out var parameters) ? Collect(parameters) : [];
        }
        catch (Exception unknown) when (unknown is InspectionException)
        {
            services.Log.ToolsUnknown(x.Route.Server.Name, unknown.Message);
            return [];
        }
    }

    /// <summary>The headers after the server refused the call for want of the right ones; null when that was not it, or it would be the same again.</summary>
    public async ValueTask<IReadOnlyList<KeyValuePair<string, string>>?> AfterAsync(
        ReadOnlyMemory<byte> refusal, IReadOnlyList<KeyValuePair<string, string>> sent, CancellationToken cancellationToken)
    {
        if (x.Envelope.Method != McpMethod.ToolsCall || !IsHeaderMismatch(refusal))
        {
            return null;
        }

        x.Route.Tools.Forget(Key);
        var wanted = await OfCallAsync(cancellationToken);
        return wanted.SequenceEqual(sent) ? null : wanted;
    }

    /// <summary>Remembers what an answer to tools/list says.</summary>
    /// <returns>The raw tools a client may see; empty when there is nothing to leave out.</returns>
    public ReadOnlyMemory<byte> Learn(ReadOnlyMemory<byte> result, ReadOnlyMemory<byte> tools)
    {
        var page = ToolPage.Read(tools);
        foreach (var (name, fault) in page.Refused)
        {
            services.Log.ToolLeftOut(x.Route.Server.Name, name, fault);
        }

        // A part of the list is not worth remembering: who needs the whole asks for it.
        if (!JsonMembers.Locate(x.Envelope.Params.Of(x.Message.Span), "cursor"u8).Exists && !JsonMembers.Locate(result.Span, "nextCursor"u8).Exists)
        {
            x.Route.Tools.Keep(Key, _version, new ToolTable(page.Parameters));
        }

        return page.Refused.Count > 0 ? page.Valid : default;
    }

    private async Task<ToolTable> AskAsync()
    {
        using var patience = new CancellationTokenSource(Patience, services.Clock);
        var all = new Dictionary<string, IReadOnlyList<HeaderParameter>>(StringComparer.Ordinal);
        try
        {
            foreach (var tool in await ToolLister.AllAsync(upstream.Session, patience.Token, meta, x.UpstreamHeaders))
            {
                foreach (var (name, parameters) in ToolPage.Read(Encoding.UTF8.GetBytes($"[{tool.GetRawText()}]")).Parameters)
                {
                    all[name] = parameters;
                }
            }
        }
        catch (UpstreamException broken)
        {
            throw new InspectionException($"{broken.Fault.Reason}: {broken.Fault.Message}", broken);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new InspectionException("upstream_timeout: tools/list was not answered in time");
        }

        return new ToolTable(all);
    }

    private static bool IsHeaderMismatch(ReadOnlyMemory<byte> refusal) =>
        JsonMembers.Find(JsonMembers.Find(refusal.Span, "error"u8), "code"u8).SequenceEqual("-32020"u8);

    private List<KeyValuePair<string, string>> Collect(IReadOnlyList<HeaderParameter> parameters)
    {
        var arguments = JsonMembers.Find(x.Envelope.Params.Of(x.Message.Span), "arguments"u8);
        var headers = new List<KeyValuePair<string, string>>(parameters.Count);
        foreach (var parameter in parameters)
        {
            if (parameter.Of(arguments) is { } header)
            {
                headers.Add(header);
            }
        }

        return headers;
    }

    /// <summary>All that the list is asked with, each part with its length, so that none can pass for another. A digest, because tokens are among it.</summary>
    private string ComputeKey()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(meta.Span);
        Add(Encoding.UTF8.GetBytes(Callers.CredentialOf(x.Http.Request, x.Route, x.Principal).Fingerprint));
        foreach (var (name, value) in x.UpstreamHeaders)
        {
            Add(Encoding.UTF8.GetBytes(name));
            Add(Encoding.UTF8.GetBytes(value));
        }

        return Convert.ToHexString(hash.GetHashAndReset());

        void Add(ReadOnlySpan<byte> part)
        {
            hash.AppendData(BitConverter.GetBytes(part.Length));
            hash.AppendData(part);
        }
    }
}
