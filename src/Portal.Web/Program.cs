return await Portal.Web.PortalApp.RunAsync(args);
