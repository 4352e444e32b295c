using System.Security.Cryptography;
using System.Text;
using ModelContextProtocol.Protocol;

namespace EdgeGateway.ConformanceUpstream;

/// <summary>State between two rounds, signed: what comes back altered is refused.</summary>
internal static class Rounds
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    public static string Sign(string state) => $"{state}.{Convert.ToHexString(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(state)))}";

    /// <summary>Null when there is none.</summary>
    /// <exception cref="ModelContextProtocol.McpProtocolException">It is not as it was signed.</exception>
    public static string? Verify(RequestParams request)
    {
        if (request.RequestState is not { } signed)
        {
            return null;
        }

        var state = signed.Split('.')[0];
        return Sign(state) == signed ? state : throw new ModelContextProtocol.McpProtocolException("requestState was altered", ModelContextProtocol.McpErrorCode.InvalidParams);
    }
}
