namespace EdgeGateway.ControlPlane.Servers;

/// <summary>Tells whether sessions opened for one version of a server may serve another.</summary>
internal static class ServerConnection
{
    /// <summary>Whether URL, credentials, transport, certificate or era differ. Weights do not open sessions.</summary>
    public static bool Differs(ServerDefinition before, ServerDefinition after) =>
        before.Transport != after.Transport
        || before.Era != after.Era
        || before.CaCertificate != after.CaCertificate
        || before.Command != after.Command
        || before.SecretsUnreadable != after.SecretsUnreadable
        || before.Auth.Type != after.Auth.Type
        || !before.Endpoints.Select(endpoint => endpoint.Url).SequenceEqual(after.Endpoints.Select(endpoint => endpoint.Url))
        || !before.Args.SequenceEqual(after.Args)
        || !before.Auth.Headers.SequenceEqual(after.Auth.Headers)
        || !before.PassthroughHeaders.Order().SequenceEqual(after.PassthroughHeaders.Order())
        || !before.Env.OrderBy(variable => variable.Key).SequenceEqual(after.Env.OrderBy(variable => variable.Key));
}
