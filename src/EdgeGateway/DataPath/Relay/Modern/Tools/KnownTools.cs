using System.Collections.Concurrent;

namespace EdgeGateway.DataPath.Relay.Modern.Tools;

/// <summary>
/// Which arguments of which tools a server wants as headers, as far as it has said. Kept as long as the connection is the same, by all
/// that the list was asked with: a server may list other tools, or the same ones otherwise, to another account or another client.
/// </summary>
internal sealed class KnownTools
{
    /// <summary>A server has some accounts and some kinds of clients. Beyond that all are forgotten, and asked for anew.</summary>
    private const int Most = 256;

    // Written by requests that list tools or have to know them; whoever adds an entry asks.
    private readonly ConcurrentDictionary<string, Known> _lists = new(StringComparer.Ordinal);

    /// <summary>What is known, or is being asked for by somebody else; otherwise asks.</summary>
    /// <param name="key">All that the list is asked with.</param>
    /// <param name="version">Of the server's answers, read before.</param>
    /// <param name="ask">Asks the server. What it throws is thrown here, and nothing is known then.</param>
    public Task<ToolTable> FindAsync(string key, long version, Func<Task<ToolTable>> ask)
    {
        if (_lists.TryGetValue(key, out var known) && known.Version == version)
        {
            return known.Tools.Value;
        }

        // Of several that find nothing one asks, and the others wait for its answer.
        var asked = new Known(version, new Lazy<Task<ToolTable>>(ask));
        return AskAsync(key, Add(key, asked, (_, other) => other.Version >= version ? other : asked));
    }

    /// <summary>A list that came by.</summary>
    public void Keep(string key, long version, ToolTable tools)
    {
        var seen = new Known(version, new Lazy<Task<ToolTable>>(Task.FromResult(tools)));
        Add(key, seen, (_, other) => other.Version > version ? other : seen);
    }

    /// <summary>The server has shown that it is not as it said.</summary>
    public void Forget(string key) => _lists.TryRemove(key, out _);

    private Known Add(string key, Known known, Func<string, Known, Known> choose)
    {
        if (_lists.Count >= Most)
        {
            _lists.Clear();
        }

        return _lists.AddOrUpdate(key, known, choose);
    }

    private async Task<ToolTable> AskAsync(string key, Known known)
    {
        try
        {
            return await known.Tools.Value;
        }
        catch
        {
            _lists.TryRemove(new(key, known));
            throw;
        }
    }

    /// <summary>Equal to itself alone.</summary>
    private sealed class Known(long version, Lazy<Task<ToolTable>> tools)
    {
        public long Version => version;

        public Lazy<Task<ToolTable>> Tools => tools;
    }
}

/// <summary>The header parameters of the tools that have any, by the tool's name.</summary>
internal sealed record ToolTable(IReadOnlyDictionary<string, IReadOnlyList<HeaderParameter>> Parameters);
