namespace Portal.Demo;

/// <summary>What may be said on the demo's command line.</summary>
/// <param name="PortalPort">The portal's port; 0 takes a free one.</param>
/// <param name="SimulatorPort">The simulator's port; 0 takes a free one.</param>
/// <param name="Fresh">Throw away what an earlier demo stored.</param>
/// <param name="Empty">Start with nothing stored.</param>
/// <param name="Folder">Where the demo keeps its database and certificate.</param>
public sealed record DemoOptions(int PortalPort = 5080, int SimulatorPort = 5081, bool Fresh = false, bool Empty = false, string? Folder = null)
{
    /// <summary>Shown for anything not understood.</summary>
    public const string Usage = "usage: dotnet run --project src/Portal.Demo [-- [--fresh] [--empty] [--portal-port N] [--simulator-port N] [--folder PATH]]";

    /// <summary>Reads the command line; null when it is not understood.</summary>
    public static DemoOptions? Read(string[] args)
    {
        var options = new DemoOptions();
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--fresh":
                    options = options with { Fresh = true };
                    break;
                case "--empty":
                    options = options with { Empty = true };
                    break;
                case "--portal-port" when ushort.TryParse(value, out var port):
                    (options, i) = (options with { PortalPort = port }, i + 1);
                    break;
                case "--simulator-port" when ushort.TryParse(value, out var port):
                    (options, i) = (options with { SimulatorPort = port }, i + 1);
                    break;
                case "--folder" when value is not null:
                    (options, i) = (options with { Folder = value }, i + 1);
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
