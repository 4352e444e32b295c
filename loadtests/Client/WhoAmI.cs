using System.Text.Json;

namespace EdgeGateway.LoadTests.Client;

/// <summary>Where a call ran, as the mock upstream's tool <c>whoami</c> answers it.</summary>
/// <param name="Endpoint">Host and port.</param>
/// <param name="Session">The upstream's session id.</param>
internal readonly record struct WhoAmI(string Endpoint, string Session)
{
    public const string Tool = "whoami";

    /// <param name="body">A JSON-RPC answer with one text: host and port, a space, the session.</param>
    public static WhoAmI Read(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("text"u8) && json.Read()
                && json.GetString()?.Split(' ') is [var endpoint, var session])
            {
                return new(endpoint, session);
            }
        }

        throw new InvalidDataException("the answer does not say where the call ran");
    }
}
