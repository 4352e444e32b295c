using System.Text;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>
/// Which session knows a task that a caller without a session of its own began (protocol.md section 2, <c>tasks/*</c>: OWNER by task id).
/// A task ends with its session; a session that has ended is not leased, so an old entry does no harm.
/// </summary>
internal sealed class TaskOwners
{
    /// <summary>Of a server, over all its callers. Beyond it the oldest are forgotten, and found only while their session is the one used last.</summary>
    private const int Most = 4096;

    private readonly Lock _lock = new();

    // Read and written under the lock. A task id is its caller's own: another's is not found, whatever it is called.
    private readonly Dictionary<(string Principal, string TaskId), PooledUpstream> _owners = [];
    private readonly Queue<(string Principal, string TaskId)> _oldest = new();

    /// <summary>Whether a request is about a task, and not about all there are.</summary>
    public static bool Concerns(ReadOnlySpan<byte> message, in Envelope envelope) =>
        envelope is { Kind: MessageKind.Request, Method: McpMethod.Other, Name.Exists: true }
        && envelope.MethodName.Of(message)[1..^1] is var method
        && (JsonText.Equals(method, "tasks/get"u8) || JsonText.Equals(method, "tasks/result"u8) || JsonText.Equals(method, "tasks/cancel"u8));

    /// <summary>Whether a call wants to run as a task, on a server that knows them.</summary>
    public static bool Begins(ReadOnlySpan<byte> message, in Envelope envelope, PooledUpstream upstream) =>
        upstream.HasTasks && envelope.Method == McpMethod.ToolsCall && JsonMembers.Locate(envelope.Params.Of(message), "task"u8).Exists;

    /// <summary>Remembers where the task of this answer is, if it is one.</summary>
    /// <param name="principal">Who began it.</param>
    /// <param name="upstream">The session that answered.</param>
    /// <param name="answer">The whole response.</param>
    public void Learn(string principal, PooledUpstream upstream, ReadOnlySpan<byte> answer)
    {
        var id = JsonMembers.Find(JsonMembers.Find(JsonMembers.Find(answer, "result"u8), "task"u8), "taskId"u8);
        if (!id.StartsWith("\""u8))
        {
            return;
        }

        var key = (principal, Encoding.UTF8.GetString(id));
        lock (_lock)
        {
            if (_owners.TryAdd(key, upstream))
            {
                _oldest.Enqueue(key);
            }
            else
            {
                _owners[key] = upstream;
            }

            if (_oldest.Count > Most)
            {
                _owners.Remove(_oldest.Dequeue());
            }
        }
    }

    /// <summary>A lease of the session that knows the task; not held when none is known, or it has ended.</summary>
    /// <param name="caller">Whose request it is.</param>
    /// <param name="pool">Of the server.</param>
    /// <param name="rawTaskId">As it stands in the request.</param>
    public Lease<PooledUpstream> TryAcquire(in Caller caller, SessionPool<PooledUpstream> pool, ReadOnlySpan<byte> rawTaskId)
    {
        PooledUpstream? owner;
        lock (_lock)
        {
            _owners.TryGetValue((caller.Principal, Encoding.UTF8.GetString(rawTaskId)), out owner);
        }

        return owner is null ? default : pool.TryAcquire(caller, owner);
    }
}
