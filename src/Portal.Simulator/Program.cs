using Portal.Simulator;

var app = SimulatorApp.Build(args);
app.Run();
