using Portal.Simulator.AppStoreConnect;

namespace Portal.Simulator;

public sealed partial class World
{
    private TestInformation? information;

    internal TestInformation Information => information ??= new(this);
}
