namespace EdgeGateway.ControlPlane.Problems;

/// <summary>Every problem type there is. <c>GET /problems/{slug}</c> explains them from here.</summary>
internal static class ProblemTypes
{
    public static ProblemType Malformed { get; } = new("malformed-request", 400, "Malformed request",
        "The request could not be read: the body is empty, not JSON, not an object, or names a member twice.",
        "Mend the body at the place the detail names and send it again.");

    public static ProblemType Unauthorized { get; } = new("unauthorized", 401, "Not authenticated",
        "The request carries no valid token.",
        "Send Authorization: Bearer TOKEN. Make one where the gateway runs: edge-gateway token create --sub NAME --admin");

    public static ProblemType Forbidden { get; } = new("forbidden", 403, "Not allowed",
        "The token is valid but does not allow this.",
        "Use a token with the permission the detail names; make one: edge-gateway token create --sub NAME --scope PERMISSION, or --admin for all.");

    public static ProblemType NotFound { get; } = new("not-found", 404, "No such route",
        "Nothing is served under this path.",
        "Check the path and the method; the README lists what there is.");

    public static ProblemType ServerNotFound { get; } = new("server-not-found", 404, "No such server",
        "No server with this id is registered; it may have been deleted.",
        "List the servers with GET /servers and use the id shown there.");

    public static ProblemType PoolingDisabled { get; } = new("pooling-disabled", 404, "Pooling is off",
        "SESSION_POOL_ENABLED is false, so no server has a pool. Traffic passes without one.",
        "Set SESSION_POOL_ENABLED=true in .env or the environment and start the gateway again.");

    public static ProblemType MetricsDisabled { get; } = new("pool-metrics-disabled", 404, "Pool metrics are off",
        "SESSION_POOL_METRICS_ENABLED is false, so nothing is recorded over time. pool/stats shows the present.",
        "Set SESSION_POOL_METRICS_ENABLED=true in .env or the environment and start the gateway again.");

    public static ProblemType PoolCreationFailed { get; } = new("pool-creation-failed", 404, "The pool could not be created",
        "The server's pool is enabled, but could not be created for the cause the detail names.",
        "Remove the cause, then save the server or its pool configuration again.");

    public static ProblemType SettingsWrong { get; } = new("settings-wrong", 422, "Settings not reloaded",
        "A setting in the .env file is wrong, so none was taken over: everything is as it was.",
        "Mend what the detail names and reload again; edge-gateway config validate tells the same.");

    public static ProblemType OAuthNotConfigured { get; } = new("oauth-not-configured", 404, "No OAuth metadata",
        "The gateway was not told where clients get tokens, so its MCP endpoints serve no OAuth metadata. Tokens made by an operator work without it.",
        "Set PUBLIC_URL and OAUTH_AUTHORIZATION_SERVERS and start the gateway again, or use a token: edge-gateway token create.");

    public static ProblemType MethodNotAllowed { get; } = new("method-not-allowed", 405, "Method not allowed",
        "The path exists, but not with this HTTP method.",
        "Use one of the methods in the Allow header.");

    public static ProblemType NameTaken { get; } = new("name-taken", 409, "Name taken",
        "Another server has this name; names are unique.",
        "Choose another name, or change the server that has it.");

    public static ProblemType Conflict { get; } = new("conflict", 409, "Not possible in this state",
        "The server or pool is in a state in which this makes no sense, such as draining twice.",
        "Read the pool's status and do what the detail says first.");

    public static ProblemType Stale { get; } = new("precondition-failed", 412, "Changed in the meantime",
        "If-Match names a version that is not the current one: somebody else changed the server.",
        "Read it again, apply your change to what you read, and send it with the new ETag.");

    public static ProblemType BodyTooLarge { get; } = new("body-too-large", 413, "Body too large",
        "The body is longer than what is read.",
        "Send less; MAX_BODY_BYTES and a limit of 1 MiB for the REST API apply.");

    public static ProblemType UnsupportedMediaType { get; } = new("unsupported-media-type", 415, "Not JSON",
        "The body's Content-Type is not a JSON type.",
        "Send Content-Type: application/json.");

    public static ProblemType Invalid { get; } = new("validation", 422, "Invalid values",
        "The request was read, but values in it are not acceptable. errors lists every one with a JSON pointer.",
        "Mend each value that errors points at and send the request again.");

    public static ProblemType Internal { get; } = new("internal-error", 500, "Internal error",
        "The gateway met an error of its own.",
        "Look for the trace_id in the gateway's log and report it.");

    public static ProblemType UpstreamFailed { get; } = new("upstream-failed", 502, "The upstream failed",
        "The MCP server behind this gateway could not be asked, or did not answer as MCP demands.",
        "Run POST /servers/{id}/test, and check the server's URL, credentials and log.");

    public static ProblemType PoolNotEnabled { get; } = new("pool-not-enabled", 503, "The server's pool is off",
        "This server's pool is not enabled. Traffic passes without one.",
        "Enable it: PUT /servers/{id}/pool/config with {\"enabled\": true}.");

    public static ProblemType TooManyListeners { get; } = new("too-many-listeners", 503, "Too many event streams",
        "GET /events is open as often as the gateway allows.",
        "Close pages or programs that listen, then try again.");

    public static ProblemType StorageUnavailable { get; } = new("storage-unavailable", 503, "The database cannot be written",
        "The database is locked, full or not writable. Nothing was changed; MCP traffic goes on.",
        "Check the disk's space and the permissions of the data folder, then try again.");

    public static ProblemType NotReady { get; } = new("not-ready", 503, "Not ready",
        "The gateway is starting, draining, or cannot use its database.",
        "Send traffic elsewhere until GET /health/ready answers 200.");

    /// <summary>For statuses that the host answers and no type above is for.</summary>
    public static ProblemType Request { get; } = new("request", 400, "The request was refused",
        "The HTTP server refused the request for the reason its status names.",
        "Look up the status and mend the request.");

    public static IReadOnlyList<ProblemType> All { get; } =
    [
        Malformed, Unauthorized, Forbidden, NotFound, ServerNotFound, PoolingDisabled, MetricsDisabled, PoolCreationFailed, SettingsWrong, OAuthNotConfigured, MethodNotAllowed,
        NameTaken, Conflict, Stale, BodyTooLarge, UnsupportedMediaType, Invalid, Internal, UpstreamFailed, PoolNotEnabled, TooManyListeners,
        StorageUnavailable, NotReady, Request,
    ];

    /// <summary>The type of a response that the host made, by its status alone.</summary>
    public static ProblemType ForStatus(int status) => status switch
    {
        400 => Malformed,
        401 => Unauthorized,
        403 => Forbidden,
        404 => NotFound,
        405 => MethodNotAllowed,
        413 => BodyTooLarge,
        415 => UnsupportedMediaType,
        500 => Internal,
        _ => Request,
    };
}
