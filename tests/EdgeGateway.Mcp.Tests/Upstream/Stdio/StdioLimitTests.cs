using System.ComponentModel;
using System.IO.Pipes;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Stdio;
using Microsoft.Win32.SafeHandles;

namespace EdgeGateway.Mcp.Tests.Upstream.Stdio;

/// <summary>The system has no more descriptors or processes to give: that is a fault like any other, and nothing stays open.</summary>
public sealed class StdioLimitTests
{
    private static readonly StdioCommand Command = new("true", [], StdioCommand.EnvironmentOf(new Dictionary<string, string>()));

    public static TheoryData<Exception> Refusals => [new IOException("Too many open files"), new Win32Exception(24), new UnauthorizedAccessException()];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_limit_of_the_system_is_told_as_a_fault(Exception refusal)
    {
        var opened = new List<SafePipeHandle>();

        var failed = Assert.Throws<UpstreamException>(() => StdioProcess.Start(Command, direction =>
        {
            if (opened.Count == 4)
                throw refusal;
            var pipe = new AnonymousPipeServerStream(direction, HandleInheritability.None);
            opened.AddRange([pipe.SafePipeHandle, pipe.ClientSafePipeHandle]);
            return pipe;
        }));

        Assert.Equal(UpstreamFaultKind.Refused, failed.Fault.Kind);
        Assert.Contains("limits", failed.Fault.Message, StringComparison.Ordinal);
        Assert.Same(refusal, failed.Fault.Cause);
        Assert.Equal(4, opened.Count);
        Assert.All(opened, handle => Assert.True(handle.IsClosed));
    }
}
