namespace Portal.Demo;

/// <summary>The settings a demo needs; the same keys an installation sets in <c>appsettings.json</c>.</summary>
internal static class DemoSettings
{
    public static void ForSimulator(WebApplicationBuilder builder, DemoFolder folder, int port)
    {
        Common(builder, port);
        builder.Configuration["Identity:PortalSecret"] = folder.ClientSecret;
    }

    public static void ForPortal(WebApplicationBuilder builder, DemoFolder folder, int port, Uri simulator, TimeProvider clock)
    {
        Common(builder, port);
        builder.Services.AddSingleton(clock);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            // A free port is not known yet when the portal starts with port 0; links then use the request's own address.
            ["Portal:PublicUrl"] = port == 0 ? null : $"http://localhost:{port}",
            ["Database:Provider"] = "Sqlite",
            ["Database:ConnectionString"] = $"Data Source={folder.DatabasePath}",
            ["KeyRing:CertificatePath"] = folder.CertificatePath,
            ["KeyRing:CertificatePassword"] = folder.CertificatePassword,
            ["Audit:KeyFolder"] = folder.AuditFolder,
            ["AppStoreConnect:BaseUrl"] = simulator.ToString(),
            // The demo waits for nothing the simulator does not ask for.
            ["AppStoreConnect:AssumedPerMinute"] = "0",
            ["AppStoreConnect:TeamKeysPage"] = new Uri(simulator, "apple/access/integrations/api").ToString(),
            ["Centercode:AllowLoopback"] = "true",
            ["SignIn:Authority"] = new Uri(simulator, "identity").ToString(),
            ["SignIn:ClientId"] = "portal",
            ["SignIn:ClientSecret"] = folder.ClientSecret,
            ["SignIn:Scopes"] = "openid profile email groups offline_access",
            ["SignIn:RequireHttps"] = "false",
            ["SignIn:AttemptsPerMinute"] = "1000",
            ["SignIn:AccessContact"] = "whoever started this demo",
            ["SignIn:BootstrapGroup"] = "portal-owners",
            ["SignIn:Roles:portal-viewers"] = "Viewer",
            ["SignIn:Roles:portal-support"] = "Support",
            ["SignIn:Roles:portal-program-managers"] = "ProgramManager",
            ["SignIn:Roles:portal-key-custodians"] = "KeyCustodian",
            ["SignIn:Roles:portal-security-reviewers"] = "SecurityReviewer",
            ["SignIn:Roles:portal-administrators"] = "Administrator",
        });
    }

    private static void Common(WebApplicationBuilder builder, int port)
    {
        builder.WebHost.UseSetting("urls", $"http://127.0.0.1:{port}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
    }
}
