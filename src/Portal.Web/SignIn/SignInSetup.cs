using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Portal.Web.SignIn.Sessions;

namespace Portal.Web.SignIn;

/// <summary>Registers sign-in: a cookie for pages, bearer tokens for <c>/api</c>, both from one provider.</summary>
internal static class SignInSetup
{
    /// <summary>Chooses cookie or bearer by the request.</summary>
    public const string Chooser = "portal";

    public static void AddSignIn(this IServiceCollection services)
    {
        services.AddOptions<SignInOptions>().BindConfiguration(SignInOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SignInOptions>, SignInOptionsCheck>();
        services.AddSingleton<ActorReader>();
        services.AddSingleton<SessionTickets>();
        services.AddSingleton<SessionRefresh>();
        services.AddSingleton<ProviderAnswers>();
        services.AddSingleton<LogoutTokens>();
        services.AddHttpContextAccessor();
        services.AddSingleton<StreamRights>();
        services.AddScoped<AuthenticationStateProvider, SessionWatch>();
        services.AddCascadingAuthenticationState();

        services.AddAuthentication(Chooser)
            .AddPolicyScheme(Chooser, null, options => options.ForwardDefaultSelector = SchemeOf)
            .AddCookie()
            .AddOpenIdConnect()
            .AddJwtBearer();
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<IOptions<SignInOptions>, SessionTickets>(ConfigureCookie);
        services.AddOptions<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme)
            .Configure<IOptions<SignInOptions>, TimeProvider>(ConfigureProvider);
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IOptions<SignInOptions>, TimeProvider>(ConfigureBearer);

        services.AddAuthorization(SignInPolicies.Add);
        services.AddSingleton<IAuthorizationHandler, MayHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>();
    }

    /// <summary>A page's own script may read the API with the cookie; anything that writes there brings a token.</summary>
    private static string SchemeOf(HttpContext http)
    {
        var document = http.Request.Path.StartsWithSegments("/openapi") && http.Request.Headers.Authorization.Count > 0;
        if (!http.Request.Path.StartsWithSegments("/api") && !document)
        {
            return CookieAuthenticationDefaults.AuthenticationScheme;
        }

        var ownPage = HttpMethods.IsGet(http.Request.Method) && http.Request.Headers["Sec-Fetch-Site"] == "same-origin";
        return ownPage && http.Request.Headers.Authorization.Count == 0
            ? CookieAuthenticationDefaults.AuthenticationScheme
            : JwtBearerDefaults.AuthenticationScheme;
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options, IOptions<SignInOptions> signIn, SessionTickets sessions)
    {
        // Cookies ignore ports: a name of its own keeps it apart from other things on the same host.
        options.Cookie.Name = signIn.Value.RequireHttps ? "__Host-portal.session" : "portal.session";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = signIn.Value.RequireHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = signIn.Value.SessionLifetime;
        options.SlidingExpiration = false;
        options.LoginPath = SignInEndpoints.SignInPath;
        options.ReturnUrlParameter = "returnUrl";
        options.SessionStore = sessions;
        options.Events.OnRedirectToLogin = context =>
        {
            if (context.Request.Path.StartsWithSegments("/api") || context.Request.Path.StartsWithSegments("/_blazor"))
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            }
            else
            {
                context.Response.Redirect(context.RedirectUri);
            }

            return Task.CompletedTask;
        };
    }

    private static void ConfigureProvider(OpenIdConnectOptions options, IOptions<SignInOptions> signIn, TimeProvider time)
    {
        options.SignInScheme = CookieAuthenticationDefaults.AuthenticationScheme;
        options.Authority = signIn.Value.Authority;
        options.ClientId = signIn.Value.ClientId;
        options.ClientSecret = signIn.Value.ClientSecret;
        options.RequireHttpsMetadata = signIn.Value.RequireHttps;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = true; // on the server, see SessionTickets
        options.MapInboundClaims = false;
        options.RemoteSignOutPath = PathString.Empty; // any site could call it
        options.TokenValidationParameters.NameClaimType = "name";
        options.TokenValidationParameters.LifetimeValidator = LifetimeBy(time);
        options.GetClaimsFromUserInfoEndpoint = signIn.Value.ClaimsFromUserInfo;
        if (signIn.Value.ClaimsFromUserInfo)
        {
            options.ClaimActions.MapJsonKey(signIn.Value.GroupsClaim, signIn.Value.GroupsClaim);
        }

        options.Scope.Clear();
        foreach (var scope in signIn.Value.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            options.Scope.Add(scope);
        }

        foreach (var (cookie, name) in new[] { (options.NonceCookie, "portal.nonce."), (options.CorrelationCookie, "portal.correlation.") })
        {
            cookie.Name = name;
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = signIn.Value.RequireHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        }

        SignInEvents.Attach(options);
    }

    private static void ConfigureBearer(JwtBearerOptions options, IOptions<SignInOptions> signIn, TimeProvider time)
    {
        options.Authority = signIn.Value.Authority;
        options.Audience = signIn.Value.ApiAudience;
        options.RequireHttpsMetadata = signIn.Value.RequireHttps;
        options.MapInboundClaims = false;
        options.TokenValidationParameters.NameClaimType = "name";
        options.TokenValidationParameters.LifetimeValidator = LifetimeBy(time);
        SignInEvents.Attach(options);
    }

    /// <summary>The library reads the machine's clock; the demo's may stand elsewhere.</summary>
    private static LifetimeValidator LifetimeBy(TimeProvider time) => (notBefore, expires, _, parameters) =>
    {
        var now = time.GetUtcNow().UtcDateTime;
        return expires is { } end && end > now - parameters.ClockSkew && (notBefore is null || notBefore <= now + parameters.ClockSkew);
    };
}
