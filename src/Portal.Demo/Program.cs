using Portal.Demo;

if (DemoOptions.Read(args) is not { } options)
{
    Console.Error.WriteLine(DemoOptions.Usage);
    return 2;
}

Console.WriteLine("Starting Portal and its simulator…");
try
{
    await using var demo = await DemoApp.StartAsync(options);
    Console.WriteLine(Greeting.Of(demo, options));
    await demo.WaitAsync();
    Console.WriteLine("Stopping…");
}
catch (DemoException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

return 0;
