using Portal.Demo;
using Portal.Simulator.Identity;

if (DemoOptions.Read(args) is not { } options)
{
    Console.Error.WriteLine(DemoOptions.Usage);
    return 2;
}

DemoApp demo;
try
{
    demo = await DemoApp.StartAsync(options);
}
catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    Console.Error.WriteLine($"{taken.Message} Choose another port with --portal-port or --simulator-port.");
    return 1;
}

await using var running = demo;
Console.WriteLine($"""

    Portal     {demo.PortalAddress}
    Simulator  {demo.SimulatorAddress}

    Sign in as (one click, no password)
    """);
foreach (var user in IdentityUsers.All)
{
    Console.WriteLine($"  {user.Name,-20} {(user.GroupsOverflow ? "groups claim overflows" : user.Groups.Count == 0 ? "no groups" : string.Join(", ", user.Groups))}");
}

Console.WriteLine("\nCtrl+C ends the demo; --fresh starts over.");
await demo.Portal.WaitForShutdownAsync();
return 0;
