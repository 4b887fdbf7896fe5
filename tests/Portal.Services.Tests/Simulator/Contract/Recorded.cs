namespace Portal.Services.Tests.Simulator;

/// <summary>One of Apple's refusals as other clients recorded it. Null is what no record shows; a detail that ends in … is a beginning.</summary>
public sealed record RecordedError(int Status, string Code, string? Title = null, string? Detail = null, string? Pointer = null, string? Parameter = null)
{
    private const string State = "The request cannot be fulfilled because of the state of another resource.";
    private const string Parameters = "A parameter has an invalid value";

    public static readonly RecordedError NotAuthorized = new(401, "NOT_AUTHORIZED", "Authentication credentials are missing or invalid.",
        "Provide a properly configured and signed bearer token, and make sure that it has not expired. Learn more about Generating Tokens for API Requests https://developer.apple.com/go/?id=api-generating-tokens");

    public static readonly RecordedError KeyForbids = new(403, "FORBIDDEN_ERROR", "This request is forbidden for security reasons", "The API key in use does not allow this request");
    public static readonly RecordedError MembershipLapsed = new(403, "FORBIDDEN_ERROR", null, "Team ID: …");
    public static readonly RecordedError AgreementMissing = new(403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", "A required agreement is missing or has expired.",
        "This request requires an in-effect agreement that has not been signed or has expired.");
    public static readonly RecordedError RelationshipForbids = new(403, "FORBIDDEN_ERROR", null, "The relationship 'betaGroups' does not allow 'GET_RELATED'. Allowed operations are: CREATE, DELETE.");
    public static readonly RecordedError DeveloperAndExternal = new(403, "FORBIDDEN_ERROR", "Unable to process request.", "");
    public static readonly RecordedError RateLimit = new(429, "RATE_LIMIT_EXCEEDED", "The request rate limit has been reached.",
        "We've received too many requests for this API. Please wait and try again or slow down your request rate.");
    public static readonly RecordedError Unexpected = new(500, "UNEXPECTED_ERROR", "An unexpected error occurred.",
        "An unexpected error occurred on the server side. If this issue continues, contact us at https://developer.apple.com/contact/.");

    public static readonly RecordedError BadFilter = new(400, "PARAMETER_ERROR.INVALID", Parameters, "'emaill' is not a valid filter type", Parameter: "filter[emaill]");
    public static readonly RecordedError BadField = new(400, "PARAMETER_ERROR.INVALID", Parameters, "'nope' is not a valid field name", Parameter: "fields[apps]");
    public static readonly RecordedError BadInclude = new(400, "PARAMETER_ERROR.INVALID", Parameters, "'betaTesterMetrics' is not a valid relationship name", Parameter: "include");
    public static readonly RecordedError BadCursor = new(400, "PARAMETER_ERROR.INVALID", null, "'eyJvZmZzZXQiOiIyMCJ9' is not a valid cursor for this request", Parameter: "cursor");
    public static readonly RecordedError IllegalFilter = new(400, "PARAMETER_ERROR.ILLEGAL", null, "The parameter 'filter[email]' can not be used with this request", Parameter: "filter[email]");
    public static readonly RecordedError BadJson = new(400, "ENTITY_INVALID", "JSON processing failed");
    public static readonly RecordedError NoGroup = new(404, "NOT_FOUND", "The specified resource does not exist", "There is no resource of type 'betaGroups' with id 'nobody'");
    public static readonly RecordedError NoPath = new(404, "PATH_ERROR", "The URL path is not valid", "The resource 'v1/bulkBetaTesterAssignments' does not exist");

    public static readonly RecordedError CannotBeAssigned = new(409, "STATE_ERROR", State, "Tester(s) cannot be assigned");
    public static readonly RecordedError AlreadyAccepted = new(409, "STATE_ERROR.TESTER_INVITE.ALREADY_ACCEPTED");
    public static readonly RecordedError NothingToInstall = new(409, "STATE_ERROR.TESTER_INVITE.NO_INSTALLABLE_BUILDS");
    public static readonly RecordedError CreateOnly = new(409, "ENTITY_ERROR.ATTRIBUTE.NOT_ALLOWED", "An attribute in the provided entity is not allowed for this request",
        "The attribute 'hasAccessToAllBuilds' can not be included in a 'UPDATE' operation");
    public static readonly RecordedError AttributeRequired = new(409, "ENTITY_ERROR.ATTRIBUTE.REQUIRED", null, "You must provide a value for the attribute 'email' with this request", Pointer: "/data/attributes/email");
    public static readonly RecordedError DuplicateName = new(409, "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE", "An attribute value is invalid");
    public static readonly RecordedError BadRelationship = new(409, "ENTITY_ERROR.RELATIONSHIP.INVALID", "The provided entity includes a relationship with an invalid value");
    public static readonly RecordedError OneRelationship = new(409, "ENTITY_ERROR…", null, "Only one relationship should be included when creating betaTesters");
    public static readonly RecordedError SameLocale = new(409, "ENTITY_ERROR…", null, "There is an entity with same 'locale'");
    public static readonly RecordedError SameValue = new(409, "ENTITY_ERROR…");

    public static readonly RecordedError AllBuildsGroup = new(422, "ENTITY_UNPROCESSABLE", null, "Builds cannot be assigned to this internal group.");
    public static readonly RecordedError InternalGroup = new(422, "ENTITY_UNPROCESSABLE", null, "Cannot add internal group to a build.");
    public static readonly RecordedError NotAssignable = new(422, "ENTITY_UNPROCESSABLE", null, "Build is not assignable.");
    public static readonly RecordedError NotTestable = new(422, "ENTITY_UNPROCESSABLE", null, "Build is not in an internally testable state.");
    public static readonly RecordedError AnotherInReview = new(422, "ENTITY_UNPROCESSABLE.ANOTHER_BUILD_IN_REVIEW");
    public static readonly RecordedError BadReviewState = new(422, "ENTITY_UNPROCESSABLE.INVALID_QC_STATE");
    public static readonly RecordedError NotToNotify = new(422, "ENTITY_UNPROCESSABLE", null, "Build is not in externally testable state.");
}
