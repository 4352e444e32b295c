namespace EdgeGateway.DataPath.Authenticate;

/// <summary>Who calls, on the request: set once the token was accepted.</summary>
internal interface IPrincipalFeature
{
    Principal Principal { get; }
}

/// <inheritdoc cref="IPrincipalFeature" />
internal sealed record PrincipalFeature(Principal Principal) : IPrincipalFeature;
