using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Credentials;
using Portal.Web.Layout;
using Portal.Web.SignIn;

namespace Portal.Web.Credentials;

/// <summary>
/// Takes keys over HTTP, never through the circuit: at most 64 KiB, in memory, with an antiforgery token. Every answer is a
/// redirect, so that a reload posts nothing twice; a refused form comes back with all its fields but the key.
/// </summary>
internal static class CredentialsApi
{
    public const string AppleKeys = "/credentials/keys";
    public const string Connections = "/credentials/connections";
    private const int LargestForm = 64 * 1024;
    private static readonly string[] Echoed = ["label", "keyId", "issuerId", "community"];

    private static readonly Problem TooLarge = new("form-too-large",
        "The file is larger than 16 KB. Apple's .p8 files have less than 1 KB, so this is another file.")
    { Turn = Turn.Requester };

    private static readonly Problem Expired = new("form-expired",
        "This form was open too long, or you signed in again meanwhile. Nothing was stored; fill it in once more.")
    { Turn = Turn.Requester };

    public static string Versions(Guid id) => $"/credentials/{id}/versions";

    public static string DepositKey(string token) => $"{PortalUrls.Deposit(token)}/key";

    public static void MapCredentials(this WebApplication app)
    {
        var manage = app.MapGroup("").RequireAuthorization(nameof(Permission.ManageCredentials)).WithMetadata(new RequestSizeLimitAttribute(LargestForm)).ExcludeFromDescription();
        manage.MapPost(AppleKeys, (HttpContext http, CredentialService credentials) => TakeAsync(http, CredentialUrls.Add(CredentialKind.AppleTeamKey), async (form, actor) =>
            CredentialUrls.Stored(await credentials.AddAppleKeyAsync(await AppleAsync(form), actor, http.RequestAborted))));
        manage.MapPost(Connections, (HttpContext http, CredentialService credentials) => TakeAsync(http, CredentialUrls.Add(CredentialKind.CentercodeApiKey), async (form, actor) =>
            CredentialUrls.Stored(await credentials.AddCentercodeAsync(Centercode(form), actor, http.RequestAborted))));
        manage.MapPost("/credentials/{id:guid}/versions", (Guid id, HttpContext http, CredentialService credentials) => TakeAsync(http, CredentialUrls.Replace(id), async (form, actor) =>
            CredentialUrls.Stored(form.ContainsKey("apiKey")
                ? await credentials.AddVersionAsync(id, Centercode(form), actor, http.RequestAborted)
                : await credentials.AddVersionAsync(id, await AppleAsync(form), actor, http.RequestAborted))));
        app.MapPost("/deposit/{token}/key", DepositAsync).RequireAuthorization(SignInPolicies.SignedIn).WithMetadata(new RequestSizeLimitAttribute(LargestForm)).ExcludeFromDescription();
    }

    private static Task<IResult> DepositAsync(string token, HttpContext http, DepositService deposits) => TakeAsync(http, PortalUrls.Deposit(token), async (form, actor) =>
    {
        var receipt = form.ContainsKey("apiKey")
            ? await deposits.DepositAsync(token, Centercode(form), actor, http.RequestAborted)
            : await deposits.DepositAsync(token, await AppleAsync(form), actor, http.RequestAborted);
        return receipt.Problem is { } problem ? throw new ProblemException(problem) : CredentialUrls.Deposited;
    });

    private static async Task<IResult> TakeAsync(HttpContext http, string back, Func<IFormCollection, Actor, Task<string>> take)
    {
        var actor = http.RequestServices.GetRequiredService<ActorReader>().ActorFrom(http.User);
        IFormCollection? form = null;
        Problem refused;
        try
        {
            form = await FormAsync(http);
            return Results.Redirect(await take(form, actor), permanent: false, preserveMethod: false);
        }
        catch (ProblemException problem)
        {
            refused = problem.Problem;
        }
        catch (AntiforgeryValidationException)
        {
            refused = Expired;
        }
        var flash = http.RequestServices.GetRequiredService<FormFlash>().Write(actor, refused, Echoed.Select(name => KeyValuePair.Create(name, form?[name].ToString())));
        return Results.Redirect(CredentialUrls.WithFlash(back, flash), permanent: false, preserveMethod: false);
    }

    private static async Task<IFormCollection> FormAsync(HttpContext http)
    {
        if (http.Request.ContentLength is null or > LargestForm) throw new ProblemException(TooLarge);
        if (!http.Request.HasFormContentType) throw new ProblemException(Expired);
        try
        {
            // Everything fits the memory threshold, so no part of a key is ever buffered in a file.
            var form = await http.Request.ReadFormAsync(new FormOptions { MemoryBufferThreshold = 2 * LargestForm, MultipartBodyLengthLimit = LargestForm }, http.RequestAborted);
            await http.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(http);
            return form;
        }
        catch (InvalidDataException)
        {
            throw new ProblemException(TooLarge);
        }
    }

    private static async Task<NewAppleKey> AppleAsync(IFormCollection form)
    {
        if (form.Files.GetFile("file") is not { } file || file.Length == 0 && string.IsNullOrEmpty(file.FileName)) throw new ProblemException(CredentialProblems.KeyFileMissing);
        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes);
        return new NewAppleKey { Label = form["label"], KeyId = form["keyId"], IssuerId = form["issuerId"], File = bytes, FileName = file.FileName };
    }

    private static NewCentercodeKey Centercode(IFormCollection form) =>
        new() { Label = form["label"], CommunityAddress = form["community"], ApiKey = form["apiKey"].ToString(), DataPackage = form["dataPackage"] };
}
