using Microsoft.Data.Sqlite;

namespace EdgeGateway.Storage;

/// <summary>Short forms for commands.</summary>
internal static class SqliteCommands
{
    /// <param name="connection">Whose transaction, if one is open, the command joins.</param>
    /// <param name="sql">Constant text; values go into parameters.</param>
    /// <param name="parameters">Name without <c>$</c>, and value; null is NULL.</param>
    public static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        // CreateCommand takes over the connection's open transaction.
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // every caller passes constant text
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue("$" + name, value ?? DBNull.Value);
        }

        return command;
    }
}
