using EdgeGateway.MockUpstream;
using EdgeGateway.MockUpstream.Http;
using EdgeGateway.MockUpstream.Mcp;

// One thread reads all sockets and answers on the spot: nothing here blocks. Read when the first socket is made.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

var command = new MockCommand();
command.SetAction(async (parsed, cancelled) =>
{
    var behaviour = command.Read(parsed);
    var server = new MockServer(behaviour, new Counts(), TimeProvider.System);
    if (parsed.GetValue(command.Stdio))
    {
        var loop = new StdioLoop(server, Console.OpenStandardInput(), Console.OpenStandardOutput());
        await Task.Run(loop.Run, cancelled).WaitAsync(cancelled); // its thread waits for the input; a signal does not
        return 0;
    }

    using var listener = new Listener(server, parsed.GetValue(command.Port), command.Certificate(parsed), behaviour.RoundTrip);
    Console.WriteLine(listener.Address);
    _ = listener.AcceptAsync();
    await Console.OpenStandardInput().CopyToAsync(Stream.Null, cancelled); // whoever started it is gone when this ends
    return 0;
});

return await command.Parse(args).InvokeAsync();
