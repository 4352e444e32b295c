using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Sessions;

namespace EdgeGateway.TestUpstreams.Methods;

/// <summary>initialize: agrees on a revision and, on a stateful upstream, opens a session.</summary>
internal static class Handshake
{
    /// <param name="upstream">Who is asked.</param>
    /// <param name="message">The initialize request.</param>
    /// <param name="forcedId">A session id the test wants issued; "" = none; null = a random one.</param>
    public static (Session? Session, string RawResult) Open(TestUpstream upstream, IncomingMessage message, string? forcedId)
    {
        var requested = message.Text("protocolVersion") ?? throw new McpErrorException(Wire.InvalidParams, "protocolVersion is missing");
        var versions = upstream.Options.ProtocolVersions;
        var version = versions.Contains(requested) ? requested : versions.Max(StringComparer.Ordinal)!;
        var stateful = upstream.Options.Kind == UpstreamKind.Stateful;
        Session? session = null;
        if (stateful && forcedId != "")
        {
            message.Params.TryGetProperty("capabilities", out var capabilities);
            session = new Session(forcedId ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), version, capabilities);
            upstream.Sessions.Add(session);
        }

        return (session, Result(upstream, version, stateful).ToJsonString());
    }

    private static JsonObject Result(TestUpstream upstream, string version, bool stateful)
    {
        var capabilities = new JsonObject
        {
            ["tools"] = new JsonObject { ["listChanged"] = stateful },
            ["prompts"] = new JsonObject { ["listChanged"] = stateful },
            ["resources"] = new JsonObject { ["subscribe"] = stateful, ["listChanged"] = stateful },
            ["completions"] = new JsonObject(),
        };
        if (stateful)
        {
            capabilities["logging"] = new JsonObject();
            capabilities["tasks"] = new JsonObject { ["cancel"] = new JsonObject(), ["requests"] = new JsonObject { ["tools"] = new JsonObject { ["call"] = new JsonObject() } } };
        }

        return new JsonObject
        {
            ["protocolVersion"] = version,
            ["capabilities"] = capabilities,
            ["serverInfo"] = new JsonObject { ["name"] = upstream.Options.Name, ["version"] = "1.0.0" },
            ["instructions"] = "An upstream for tests.",
        };
    }
}
