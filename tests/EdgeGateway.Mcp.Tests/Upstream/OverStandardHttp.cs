using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;
using Xunit.v3;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>What goes over HTTP is tested over both transports: each class as it is over the lean one, and once more, marked, over the standard one.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OverStandardHttpAttribute : Attribute;

internal static class TestTransport
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The one the running test is for.</summary>
    public static HttpTransport New(string? caCertificatePem = null) =>
        ((IXunitTestClass)TestContext.Current.TestClass!).Class.IsDefined(typeof(OverStandardHttpAttribute), inherit: false)
            ? NewStandard(caCertificatePem)
            : NewLean(caCertificatePem);

    public static LeanTransport NewLean(string? caCertificatePem = null, TimeProvider? clock = null) =>
        new(caCertificatePem, ConnectTimeout, clock ?? TimeProvider.System);

    public static HandlerTransport NewStandard(string? caCertificatePem = null) =>
        new(new HttpMessageInvoker(UpstreamHttpHandler.Create(caCertificatePem, ConnectTimeout)));
}

[OverStandardHttp]
public sealed class ConnectionOverStandardTests : ConnectionTests;

[OverStandardHttp]
public sealed class HandshakeOverStandardTests : HandshakeTests;

[OverStandardHttp]
public sealed class PostOverStandardTests : PostTests;

[OverStandardHttp]
public sealed class ResumptionOverStandardTests : ResumptionTests;

[OverStandardHttp]
public sealed class SessionOverStandardTests : SessionTests;

[OverStandardHttp]
public sealed class SseHandshakeOverStandardTests : SseHandshakeTests;

[OverStandardHttp]
public sealed class SseOwnStreamOverStandardTests : SseOwnStreamTests;

[OverStandardHttp]
public sealed class SsePostOverStandardTests : SsePostTests;
