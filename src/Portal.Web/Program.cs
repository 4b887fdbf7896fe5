using Portal.Web;

var app = PortalApp.Build(args);
app.Run();
