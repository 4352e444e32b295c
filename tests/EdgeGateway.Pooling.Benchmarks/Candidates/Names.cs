namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>What the tables call the candidates, and by which the targets find them.</summary>
internal static class Names
{
    public const string Floor = "two CAS";
    public const string ObjectPool = "ObjectPool";
    public const string Channel = "Channel";
    public const string SemaphoreAndQueue = "SemaphoreSlim + queue";
    public const string NpgsqlShape = "Npgsql's shape";
    public const string Semaphore = "SemaphoreSlim";
    public const string PatientSemaphore = "SemaphoreSlim, 30 s";

    public const string RoundRobin = "shared, round_robin";
    public const string LeastConnections = "shared, least_connections";
    public const string Exclusive = "user, exclusive";
    public const string Bound = "bound";
    public const string Awaited = "round_robin, as a task";

    public const string OnePermit = "shared, 1 permit";
}
