using EdgeGateway.LoadTests;

if (args is ["--help" or "-h"] or [])
{
    Console.WriteLine("Usage: dotnet run -c Release --project loadtests -- <scenario> | list");
    return 0;
}

if (args is ["list"])
{
    Console.WriteLine(ScenarioList.Describe());
    return 0;
}

Console.Error.WriteLine($"There is no scenario '{args[0]}'. {ScenarioList.Describe()}");
return 2;
