namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>What is wrong with an endpoint; several things may be at once.</summary>
[Flags]
internal enum Trouble
{
    None = 0,

    /// <summary>Handshakes, requests and probes are refused at once: the process is not there.</summary>
    Down = 1,

    /// <summary>Nothing is ever answered.</summary>
    Hangs = 2,

    /// <summary>Everything takes ten times as long.</summary>
    Slow = 4,

    /// <summary>Every other request is a 5xx.</summary>
    Faulty = 8,

    /// <summary>One request in eight finds its session gone: 404.</summary>
    Forgetful = 16,

    /// <summary>New sessions are refused, for the credential say: an answer, not a fault.</summary>
    Unauthorized = 32,

    /// <summary>The gateway's own opener and sessions throw what they must not.</summary>
    Buggy = 64,

    /// <summary>A DELETE gets an error.</summary>
    DeleteFails = 128,

    /// <summary>A DELETE is never answered.</summary>
    DeleteHangs = 256,

    /// <summary>All new sessions have one id.</summary>
    SameIds = 512,
}
