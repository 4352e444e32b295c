namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>A request that was sent and not answered yet, and what has come for it.</summary>
/// <param name="id">Its id, as a value.</param>
/// <param name="progressToken">Its progress token, as a value; null when it has none.</param>
/// <param name="isOurs">A question of the gateway's own: messages that name no request are not about it.</param>
internal sealed class RunningRequest(string id, string? progressToken, bool isOurs)
{
    public string Id { get; } = id;

    public string? ProgressToken { get; } = progressToken;

    public bool IsOurs { get; } = isOurs;

    /// <summary>It is subscriptions/listen (2026-07-28): messages that name its id as their subscription are for it.</summary>
    public bool IsListening { get; init; }

    public MessageQueue Messages { get; } = new();

    /// <summary>Set by the process's reader before the answer is put into the queue; read after something was taken out.</summary>
    public byte[]? AnswerMessage { get; private set; }

    public void Answer(byte[] message)
    {
        AnswerMessage = message;
        Messages.AddLast(message);
    }
}
