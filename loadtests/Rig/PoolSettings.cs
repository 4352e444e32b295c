using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>Body of <c>PUT /servers/{id}/pool/config</c>; what is null takes the gateway's default. Times in seconds.</summary>
internal sealed record PoolSettings
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>So many sessions from the beginning to the end, each for as many calls at once as a session takes.</summary>
    public static PoolSettings SharedOf(int sessions) =>
        new() { Isolation = "shared", Size = sessions, MinSize = sessions, MaxSize = sessions, MaxConcurrency = 32 };

    public bool Enabled { get; init; } = true;

    /// <summary>round_robin, least_connections, sticky, weighted or none.</summary>
    public string? Strategy { get; init; }

    public int? Size { get; init; }

    public int? MinSize { get; init; }

    public int? MaxSize { get; init; }

    public int? Timeout { get; init; }

    /// <summary>auto, session, user or shared.</summary>
    public string? Isolation { get; init; }

    public int? MaxConcurrency { get; init; }

    public int? MaxClientSessions { get; init; }

    public int? MaxPending { get; init; }

    public bool? AutoScale { get; init; }

    public string? StickyHeader { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
