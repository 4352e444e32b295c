using System.Text;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>
/// The bytes of a <see cref="SealedSession"/>: serial 12 · issued, seconds since 1970, 4 · kind 1 · endpoint 1, then four texts, each
/// with its length before it: revision asked for, capabilities, revision agreed on, upstream id (empty for none).
/// </summary>
internal static class SealedSessionFormat
{
    /// <summary>Ids travel in a header of every request; this makes 1,400 characters of it. A usual one has 150.</summary>
    private const int LengthMax = 1024;

    public static byte[] Write(SealedSession session)
    {
        using var bytes = new MemoryStream(128);
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(session.Serial.ToBytes());
        writer.Write((uint)session.Issued.ToUnixTimeSeconds());
        writer.Write((byte)session.Kind);
        writer.Write((byte)session.Endpoint);
        writer.Write(session.Class.ProtocolVersion);
        writer.Write(session.Class.Capabilities);
        writer.Write(session.ProtocolVersion);
        writer.Write(session.UpstreamId ?? "");
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Whether the id would not be too long.</summary>
    public static bool Fits(byte[] written) => written.Length <= LengthMax;

    /// <param name="bytes">As <see cref="Write"/> made them: what was sealed was not changed.</param>
    public static SealedSession Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        var serial = SessionSerial.Read(reader.ReadBytes(SessionSerial.Length));
        var issued = DateTimeOffset.FromUnixTimeSeconds(reader.ReadUInt32());
        var kind = (SealedKind)reader.ReadByte();
        var endpoint = reader.ReadByte();
        var sessionClass = new SessionClass(reader.ReadString(), reader.ReadString());
        var version = reader.ReadString();
        var upstreamId = reader.ReadString();
        return new SealedSession(serial, issued, kind, sessionClass, version, endpoint, upstreamId.Length == 0 ? null : upstreamId);
    }
}
