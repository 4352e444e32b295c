using System.Text.Json;

namespace EdgeGateway.MockUpstream.Mcp;

/// <summary>What the server has to know of a JSON-RPC message. Slices are of the message it was read from.</summary>
internal ref struct Message
{
    /// <summary>Raw JSON; empty for a notification.</summary>
    public ReadOnlySpan<byte> Id;

    public ReadOnlySpan<byte> Method;

    /// <summary>`params.name`.</summary>
    public ReadOnlySpan<byte> Tool;

    /// <summary>`params.arguments.text`, raw JSON.</summary>
    public ReadOnlySpan<byte> Text;

    /// <summary>`params.arguments.ms`.</summary>
    public int Milliseconds;

    /// <summary>`params._meta.progressToken`, raw JSON.</summary>
    public ReadOnlySpan<byte> ProgressToken;

    /// <summary>Host and port it was sent to; of a message that came over HTTP.</summary>
    public ReadOnlySpan<byte> Endpoint;

    /// <summary>The session it was sent in, if there is one.</summary>
    public ReadOnlySpan<byte> Session;

    public static Message Read(ReadOnlySpan<byte> json)
    {
        var message = default(Message);
        var reader = new Utf8JsonReader(json);
        var (inParams, inArguments, inMeta) = (false, false, false);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                inParams &= reader.CurrentDepth > 1;
                inArguments &= reader.CurrentDepth > 2;
                inMeta &= reader.CurrentDepth > 2;
            }

            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            switch (reader.CurrentDepth)
            {
                case 1 when reader.ValueTextEquals("id"u8):
                    message.Id = Value(ref reader, json);
                    break;
                case 1 when reader.ValueTextEquals("method"u8):
                    reader.Read();
                    message.Method = reader.ValueSpan;
                    break;
                case 1:
                    inParams = reader.ValueTextEquals("params"u8);
                    break;
                case 2 when inParams && reader.ValueTextEquals("name"u8):
                    reader.Read();
                    message.Tool = reader.ValueSpan;
                    break;
                case 2 when inParams:
                    inArguments = reader.ValueTextEquals("arguments"u8);
                    inMeta = reader.ValueTextEquals("_meta"u8);
                    break;
                case 3 when inArguments && reader.ValueTextEquals("text"u8):
                    message.Text = Value(ref reader, json);
                    break;
                case 3 when inArguments && reader.ValueTextEquals("ms"u8):
                    reader.Read();
                    message.Milliseconds = reader.GetInt32();
                    break;
                case 3 when inMeta && reader.ValueTextEquals("progressToken"u8):
                    message.ProgressToken = Value(ref reader, json);
                    break;
            }
        }

        return message;
    }

    private static ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}
