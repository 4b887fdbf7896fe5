using System.Net;
using System.Text.Json;
using Portal.Domain;
using Portal.Services.AppStoreConnect;
using Xunit;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>Every error somebody has seen of Apple's, as recorded, and what it is in the portal's words: problem, how far it reaches, whose turn.</summary>
public sealed class ErrorCatalogueTests
{
    private const string Unauthorized = "Provide a properly configured and signed bearer token, and make sure that it has not expired. Learn more about Generating Tokens for API Requests https://developer.apple.com/go/?id=api-generating-tokens";

    /// <summary>status, code, detail, source.pointer, whether a read, whether one thing is named → problem, reach, turn.</summary>
    public static TheoryData<int, string?, string?, string?, bool, bool, string, string, Turn> Seen => new()
    {
        // Authentication
        { 401, "NOT_AUTHORIZED", Unauthorized, null, true, false, "apple-key-refused", "Credential", Turn.AppleAdmin },
        { 403, "FORBIDDEN_ERROR", "The API key in use does not allow this request", null, false, true, "apple-role-too-small", "Credential", Turn.AppleAdmin },
        { 403, "FORBIDDEN_ERROR", "The API key in use does not allow this request", null, true, false, "apple-role-too-small", "Credential", Turn.AppleAdmin },
        { 403, "FORBIDDEN_ERROR", "The API key in use does not allow this request", null, true, true, "apple-not-visible", "Request", Turn.AppleAdmin },
        { 403, "FORBIDDEN_ERROR", "Team ID: 'AB12CD34EF' is not associated with an active membership. To check your teams membership status, sign in your account on the developer website.", null, true, true, "apple-membership-lapsed", "Credential", Turn.AccountHolder },
        { 403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", "This request requires an in-effect agreement that has not been signed or has expired.", null, true, true, "apple-agreement-missing", "Credential", Turn.AccountHolder },
        { 403, "FORBIDDEN_ERROR", "The relationship 'betaGroups' does not allow 'GET_RELATED'. Allowed operations are: CREATE, DELETE.", null, true, true, "apple-request-refused", "Request", Turn.Operator },
        { 403, "FORBIDDEN_ERROR", "", null, false, false, "apple-role-too-small", "Credential", Turn.AppleAdmin },
        // Limits and stumbles
        { 429, "RATE_LIMIT_EXCEEDED", "We've received too many requests for this API. Please wait and try again or slow down your request rate.", null, true, true, "apple-rate-limit", "Passing", Turn.Nobody },
        { 429, "RATE_LIMIT", null, null, false, true, "apple-rate-limit", "Passing", Turn.Nobody },
        { 500, "UNEXPECTED_ERROR", "An unexpected error occurred on the server side. If this issue continues, contact us at https://developer.apple.com/contact/.", null, true, true, "apple-server-failed", "Passing", Turn.Nobody },
        { 502, null, null, null, true, true, "apple-server-failed", "Passing", Turn.Nobody },
        { 503, null, null, null, false, true, "apple-server-failed", "Passing", Turn.Nobody },
        { 504, null, null, null, true, false, "apple-server-failed", "Passing", Turn.Nobody },
        // The portal asked wrongly
        { 400, "PARAMETER_ERROR.INVALID", "'emaill' is not a valid filter type", null, true, false, "apple-request-refused", "Request", Turn.Operator },
        { 400, "PARAMETER_ERROR.ILLEGAL", "The parameter 'filter[email]' can not be used with this request", null, true, false, "apple-request-refused", "Request", Turn.Operator },
        { 400, "ENTITY_INVALID", null, null, false, false, "apple-request-refused", "Request", Turn.Operator },
        { 404, "PATH_ERROR", "The resource 'v1/bulkBetaTesterAssignments' does not exist", null, true, false, "apple-request-refused", "Request", Turn.Operator },
        { 405, "METHOD_NOT_ALLOWED", null, null, false, true, "apple-request-refused", "Request", Turn.Operator },
        { 406, null, null, null, true, false, "apple-request-refused", "Request", Turn.Operator },
        { 410, null, null, null, true, false, "apple-request-refused", "Request", Turn.Operator },
        { 415, "UNSUPPORTED_MEDIA_TYPE", null, null, false, false, "apple-request-refused", "Request", Turn.Operator },
        { 409, "ENTITY_ERROR.ATTRIBUTE.NOT_ALLOWED", "The attribute 'hasAccessToAllBuilds' can not be included in a 'UPDATE' operation", "/data/attributes/hasAccessToAllBuilds", false, true, "apple-request-refused", "Request", Turn.Operator },
        { 409, "ENTITY_ERROR.ATTRIBUTE.REQUIRED", "You must provide a value for the attribute 'name' with this request", "/data/attributes/name", false, false, "apple-request-refused", "Request", Turn.Operator },
        // Not there
        { 404, "NOT_FOUND", "There is no resource of type 'betaGroups' with id '00000000-0000-4000-8000-000000000000'", null, true, true, "apple-not-found", "Request", Turn.ProgramManager },
        { 404, null, null, null, true, true, "apple-not-found", "Request", Turn.ProgramManager },
        // States
        { 409, "STATE_ERROR", "Tester(s) cannot be assigned", null, false, true, "apple-conflict", "Request", Turn.Support },
        { 409, "STATE_ERROR.TESTER_INVITE.ALREADY_ACCEPTED", null, null, false, false, "apple-invitation-accepted", "Request", Turn.Nobody },
        { 409, "STATE_ERROR.TESTER_INVITE.NO_INSTALLABLE_BUILDS", null, null, false, false, "apple-no-testable-build", "Request", Turn.ProgramManager },
        { 409, "ENTITY_ERROR.ATTRIBUTE.INVALID", "An attribute value has invalid characters.", "/data/attributes/email", false, false, "apple-address-refused", "Request", Turn.Support },
        { 409, "ENTITY_ERROR.ATTRIBUTE.REQUIRED", "You must provide a value for the attribute 'email' with this request", "/data/attributes/email", false, false, "apple-address-refused", "Request", Turn.Support },
        { 409, "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE", "The name is used already.", "/data/attributes/name", false, false, "apple-name-taken", "Request", Turn.Requester },
        { 409, "ENTITY_ERROR.RELATIONSHIP.INVALID", null, null, false, true, "apple-linkage-invalid", "Request", Turn.Nobody },
        { 409, "ENTITY_ERROR", "Only one relationship should be included when creating betaTesters", null, false, false, "apple-conflict", "Request", Turn.Support },
        { 409, "ENTITY_ERROR", "There is an entity with same 'locale'", null, false, false, "apple-conflict", "Request", Turn.Support },
        { 409, null, null, null, false, true, "apple-conflict", "Request", Turn.Support },
        // Builds
        { 422, "ENTITY_UNPROCESSABLE", "Builds cannot be assigned to this internal group.", null, false, true, "apple-group-takes-all-builds", "Request", Turn.Nobody },
        { 422, "ENTITY_UNPROCESSABLE", "Cannot add internal group to a build.", null, false, true, "apple-group-takes-all-builds", "Request", Turn.Nobody },
        { 422, "ENTITY_UNPROCESSABLE", "Build is not assignable.", null, false, true, "apple-build-not-testable", "Request", Turn.AppTeam },
        { 422, "ENTITY_UNPROCESSABLE", "Build is not in an internally testable state.", null, false, true, "apple-build-not-testable", "Request", Turn.AppTeam },
        { 422, "ENTITY_UNPROCESSABLE", "Build is not in an externally assignable state.", null, false, true, "apple-build-not-testable", "Request", Turn.AppTeam },
        { 422, "ENTITY_UNPROCESSABLE", "Build is not in externally testable state.", null, false, false, "apple-build-not-testable", "Request", Turn.AppTeam },
        { 422, "ENTITY_UNPROCESSABLE.ANOTHER_BUILD_IN_REVIEW", null, null, false, false, "apple-another-build-in-review", "Request", Turn.Nobody },
        { 422, "ENTITY_UNPROCESSABLE.INVALID_QC_STATE", null, null, false, false, "apple-build-not-reviewable", "Request", Turn.AppTeam },
        { 422, "ENTITY_UNPROCESSABLE.BETA_CONTRACT_MISSING", null, null, false, false, "apple-agreement-missing", "Request", Turn.AccountHolder },
        { 422, "ENTITY_UNPROCESSABLE.SUBMISSION_LIMIT_REACHED", null, null, false, false, "apple-submission-limit", "Request", Turn.Nobody },
        { 422, "ENTITY_UNPROCESSABLE.BUILD_SDK_NOT_ALLOWED_FOR_EXTERNAL_TESTING", null, null, false, false, "apple-sdk-not-allowed", "Request", Turn.AppTeam },
        { 422, "ENTITY_UNPROCESSABLE.SOMETHING_OF_LATER", "Words of later", null, false, false, "apple-unprocessable", "Request", Turn.ProgramManager },
        // Not Apple
        { 302, null, null, null, true, false, "apple-answer-broken", "Passing", Turn.Nobody },
    };

    [Theory, MemberData(nameof(Seen)), Trait("Invariant", "24")]
    public void Classify_ErrorOfTheCatalogue_IsItsProblemWithItsReachAndTurn(int status, string? code, string? detail, string? pointer, bool isRead, bool addressed, string problem, string reach, Turn turn)
    {
        var body = code is null ? "<html><body>Bad Gateway</body></html>"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(new
        {
            errors = new object[] { new { id = "5f1c", status = $"{status}", code, title = "Title", detail, source = pointer is null ? null : new { pointer } } },
        });
        var refusal = AppleErrors.Classify(status, AppleErrorBody.Read(body), isRead, addressed);

        Assert.Equal((problem, reach, turn), (refusal.Problem.Code, refusal.Reach.ToString(), refusal.Problem.Turn));
        Assert.Equal((status, code, code is null ? null : "5f1c"), (refusal.Status, refusal.AppleCode, refusal.AppleErrorId));
        Assert.Equal(detail, refusal.AppleDetail);
        // Invariant 37: of a write nobody knows, where Apple failed on its own side.
        Assert.Equal(!isRead && status is >= 500 or < 400 && !isRead, refusal.MayHaveCommitted);
    }

    [Fact]
    public void Read_SeveralErrors_KeepsTheFirst()
    {
        var body = """{"errors":[{"id":"1","status":"409","code":"STATE_ERROR","title":"a"},{"id":"2","status":"409","code":"ENTITY_ERROR","title":"b"}]}"""u8.ToArray();
        Assert.Equal(("1", "STATE_ERROR"), (AppleErrorBody.Read(body).Id, AppleErrorBody.Read(body).Code));
    }

    [Fact]
    public void Read_DetailWithAddresses_KeepsItWithoutThem() =>
        Assert.Equal("••• and ••• are taken", AppleErrorBody.Read("""{"errors":[{"code":"X","detail":"ana@example.org and <bo+x@example.org> are taken"}]}"""u8.ToArray()).Detail?.Replace("<", "").Replace(">", ""));

    [Theory]
    [InlineData(HttpStatusCode.Found)]
    public void Catalogue_EveryStatusOfApplesTable_IsThere(HttpStatusCode beyond)
    {
        int[] table = [400, 401, 403, 404, 405, 406, 409, 410, 415, 422, 429, 500];
        var seen = Seen.Select(row => row.Data.Item1).ToHashSet();
        Assert.Empty(table.Except(seen));
        Assert.Contains((int)beyond, seen);
    }
}
