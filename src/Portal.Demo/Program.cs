using Portal.Simulator;
using Portal.Web;

await using var simulator = SimulatorApp.Build([]);
await using var portal = PortalApp.Build(args);
