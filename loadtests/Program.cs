using EdgeGateway.LoadTests.Cli;

// An answer is handled by the thread that read it from the socket: a hop to the thread pool costs as much as the call. Nothing here blocks
// such a thread. Read when the first socket is made.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

return await CommandLine.RunAsync(args);
