using System.CommandLine;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway completion SHELL</c>: a script that asks the binary itself what may follow, so that it is never out of date.</summary>
internal static class CompletionVerb
{
    private const string Bash = """
        # eval "$(edge-gateway completion bash)", or into /etc/bash_completion.d/
        _edge_gateway() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _edge_gateway edge-gateway

        """;

    private const string Zsh = """
        #compdef edge-gateway
        # into a file _edge-gateway in a folder of $fpath
        _edge_gateway() {
          local -a found
          found=(${(f)"$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)"})
          compadd -- $found
        }
        compdef _edge_gateway edge-gateway

        """;

    private const string Fish = """
        # into ~/.config/fish/completions/edge-gateway.fish
        function __edge_gateway_complete
          set -l line (commandline -cp)
          edge-gateway "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null
        end
        complete -c edge-gateway -f -a '(__edge_gateway_complete)'

        """;

    public static Command Create(CliContext context) => new("completion", "Print the completion script of a shell")
    {
        Script("bash", Bash, context),
        Script("zsh", Zsh, context),
        Script("fish", Fish, context),
    };

    private static Command Script(string shell, string script, CliContext context)
    {
        var command = new Command(shell, $"For {shell}");
        command.SetAction(_ =>
        {
            context.Output.Write(script);
            return ExitCode.Ok;
        });
        return command;
    }
}
