using System.Buffers.Binary;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>What a client session is told apart by for good, also after its end.</summary>
/// <param name="Run">Random for each run of the gateway: tells ids it issued itself from those of an earlier run.</param>
/// <param name="Number">Counts within a run.</param>
internal readonly record struct SessionSerial(ulong Run, uint Number)
{
    public const int Length = sizeof(ulong) + sizeof(uint);

    public static SessionSerial Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[sizeof(ulong)..]));

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Run);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(sizeof(ulong)), Number);
        return bytes;
    }
}
