using System.Text;

namespace EdgeGateway.Configuration;

/// <summary>A <c>.env</c> file: comments, quotes, <c>export</c>, inline comments after a space, any line ends. The last of two equal names counts.</summary>
internal sealed class DotEnvFile
{
    /// <summary>A .env is written by hand; anything larger is the wrong file.</summary>
    private const int MaxLength = 1 << 20;

    private readonly Dictionary<string, (string Value, int Line)> _values = new(StringComparer.Ordinal);
    private readonly List<string> _errors = [];

    private DotEnvFile(string name) => Name = name;

    /// <summary>How messages name it.</summary>
    public string Name { get; }

    public IReadOnlyDictionary<string, (string Value, int Line)> Values => _values;

    /// <summary>Each names file and line.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Null when there is no such file.</summary>
    public static DotEnvFile? Load(string path, string name)
    {
        try
        {
            if (new FileInfo(path).Length > MaxLength)
            {
                return Unusable(name, "is larger than 1 MB; is it the right file?");
            }
            return Parse(File.ReadAllText(path), name);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Unusable(name, "cannot be read; check that it is a file and who may read it");
        }
    }

    public static DotEnvFile Parse(string text, string name)
    {
        var file = new DotEnvFile(name);
        var number = 0;
        foreach (var line in text.AsSpan().TrimStart('\uFEFF').EnumerateLines())
        {
            number++;
            if (file.ReadLine(line.Trim(), number) is { } problem)
            {
                file._errors.Add($"{name} line {number}: {problem}");
            }
        }
        return file;
    }

    private static DotEnvFile Unusable(string name, string problem)
    {
        var file = new DotEnvFile(name);
        file._errors.Add($"{name} {problem}");
        return file;
    }

    private string? ReadLine(ReadOnlySpan<char> line, int number)
    {
        if (line.IsEmpty || line[0] == '#')
        {
            return null;
        }
        if (line.StartsWith("export ") || line.StartsWith("export\t"))
        {
            line = line["export ".Length..].TrimStart();
        }
        var equals = line.IndexOf('=');
        if (equals < 0)
        {
            return "expected NAME=value";
        }
        var name = line[..equals].TrimEnd();
        if (!IsName(name))
        {
            return "the name before = may hold letters, digits and _ only, and not begin with a digit";
        }
        var problem = ReadValue(line[(equals + 1)..].TrimStart(), out var value);
        if (problem is null)
        {
            _values[name.ToString()] = (value, number);
        }
        return problem;
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }
        return !name.IsEmpty && !char.IsAsciiDigit(name[0]);
    }

    private static string? ReadValue(ReadOnlySpan<char> rest, out string value)
    {
        if (!rest.IsEmpty && rest[0] is '"' or '\'')
        {
            return ReadQuoted(rest, out value);
        }
        value = WithoutComment(rest).ToString();
        return null;
    }

    /// <summary>A # begins a comment only at the start of the value or after a space: p#ss is a value.</summary>
    private static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> rest)
    {
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == '#' && (i == 0 || char.IsWhiteSpace(rest[i - 1])))
            {
                return rest[..i].TrimEnd();
            }
        }
        return rest;
    }

    private static string? ReadQuoted(ReadOnlySpan<char> rest, out string value)
    {
        var quote = rest[0];
        var text = new StringBuilder(rest.Length);
        value = "";
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == quote)
            {
                value = text.ToString();
                return WithoutComment(rest[(i + 1)..].TrimStart()).IsEmpty
                    ? null
                    : "text follows the closing quote; put a space and # before a comment";
            }
            // Single quotes take everything as it stands, as in a shell.
            if (rest[i] == '\\' && quote == '"' && i + 1 < rest.Length)
            {
                i++;
                text.Append(rest[i] switch { 'n' => "\n", 'r' => "\r", 't' => "\t", '"' => "\"", '\\' => "\\", '$' => "$", var other => $"\\{other}" });
                continue;
            }
            text.Append(rest[i]);
        }
        return $"the closing {quote} is missing";
    }
}
