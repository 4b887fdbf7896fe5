using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>One of Apple's refusals, in Apple's words.</summary>
internal sealed record AppleError(int Status, string Code, string Title, string Detail, string? Pointer = null, string? Parameter = null)
{
    public static readonly AppleError NotAuthorized = new(401, "NOT_AUTHORIZED", "Authentication credentials are missing or invalid.",
        "Provide a properly configured and signed bearer token, and make sure that it has not expired. Learn more about Generating Tokens for API Requests https://developer.apple.com/go/?id=api-generating-tokens");

    public static readonly AppleError Forbidden = new(403, "FORBIDDEN_ERROR", "This request is forbidden for security reasons", "The API key in use does not allow this request");
    public static readonly AppleError RoleTooSmall = new(403, "FORBIDDEN_ERROR", "Unable to process request.", "");
    public static readonly AppleError AgreementMissing = new(403, "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED", "A required agreement is missing or has expired.",
        "This request requires an in-effect agreement that has not been signed or has expired.");
    public static readonly AppleError MembershipLapsed = new(403, "FORBIDDEN_ERROR", "This request is forbidden for security reasons",
        "Team ID: 'S1MULATED0' is not associated with an active membership. To check your team's membership status, sign in your account on the developer website.");
    public static readonly AppleError RateLimit = new(429, "RATE_LIMIT_EXCEEDED", "The request rate limit has been reached.",
        "We've received too many requests for this API. Please wait and try again or slow down your request rate.");
    public static readonly AppleError Unexpected = new(500, "UNEXPECTED_ERROR", "An unexpected error occurred.",
        "An unexpected error occurred on the server side. If this issue continues, contact us at https://developer.apple.com/contact/.");
    public static readonly AppleError BadJson = new(400, "ENTITY_INVALID", "JSON processing failed", "The request body is not a valid JSON document.");
    public static readonly AppleError NoMethod = new(405, "METHOD_NOT_ALLOWED", "The specified method is not allowed", "The request method is not valid for the resource path.");
    public static readonly AppleError NotJson = new(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type", "Content-Type must be application/json");
    public static readonly AppleError CannotBeAssigned = new(409, "STATE_ERROR", "The request cannot be fulfilled because of the state of another resource.", "Tester(s) cannot be assigned");
    public static readonly AppleError AlreadyAccepted = new(409, "STATE_ERROR.TESTER_INVITE.ALREADY_ACCEPTED", "The request cannot be fulfilled because of the state of another resource.", "Tester has already accepted the invite.");
    public static readonly AppleError NoInstallableBuilds = new(409, "STATE_ERROR.TESTER_INVITE.NO_INSTALLABLE_BUILDS", "The request cannot be fulfilled because of the state of another resource.", "Tester has no installable build.");

    /// <summary>Nobody has recorded what Apple answers over the cap, so the code says that it is made up.</summary>
    public static readonly AppleError TesterLimit = new(409, "STATE_ERROR.INVENTED_BY_SIMULATOR.TESTER_LIMIT_REACHED", "The request cannot be fulfilled because of the state of another resource.", "The app has reached its number of external testers.");
    public static AppleError TooManyLinkages(int status) => new(status, "ENTITY_ERROR.INVENTED_BY_SIMULATOR.TOO_MANY_LINKAGES", "The provided entity is not valid", "The request holds too many linkages.");
    public static readonly AppleError OneRelationship = new(409, "ENTITY_ERROR.RELATIONSHIP.INVALID", "The provided entity includes a relationship with an invalid value", "Only one relationship should be included when creating betaTesters");
    public static readonly AppleError AllBuildsGroup = Unprocessable("Builds cannot be assigned to this internal group.");
    public static readonly AppleError InternalGroupOfBuild = Unprocessable("Cannot add internal group to a build.");
    public static readonly AppleError AnotherInReview = new(422, "ENTITY_UNPROCESSABLE.ANOTHER_BUILD_IN_REVIEW", "The request entity is not processable", "Another build of this version is in review.");
    public static readonly AppleError NotSubmittable = new(422, "ENTITY_UNPROCESSABLE.INVALID_QC_STATE", "The request entity is not processable", "The build cannot be submitted in its state.");

    public static AppleError Unprocessable(string detail) => new(422, "ENTITY_UNPROCESSABLE", "The request entity is not processable", detail);
    public static AppleError Invalid(string parameter, string detail) => new(400, "PARAMETER_ERROR.INVALID", "A parameter has an invalid value", detail, Parameter: parameter);
    public static AppleError Illegal(string parameter) => new(400, "PARAMETER_ERROR.ILLEGAL", "A parameter is not allowed with this request", $"The parameter '{parameter}' can not be used with this request", Parameter: parameter);
    public static AppleError Required(string parameter) => new(400, "PARAMETER_ERROR.REQUIRED", "A required parameter is missing", $"The parameter '{parameter}' is required but was not provided", Parameter: parameter);
    public static AppleError NoPath(string path) => new(404, "PATH_ERROR", "The URL path is not valid", $"The resource '{path.TrimStart('/')}' does not exist");
    public static AppleError NoResource(string type, string id) => new(404, "NOT_FOUND", "The specified resource does not exist", $"There is no resource of type '{type}' with id '{id}'");
    public static AppleError AttributeRequired(string name) => new(409, "ENTITY_ERROR.ATTRIBUTE.REQUIRED", "The provided entity is missing a required attribute", $"You must provide a value for the attribute '{name}' with this request", $"/data/attributes/{name}");
    public static AppleError AttributeInvalid(string name, string detail, string kind = "") => new(409, "ENTITY_ERROR.ATTRIBUTE.INVALID" + kind, "An attribute value is invalid", detail, $"/data/attributes/{name}");
    public static AppleError AttributeNotAllowed(string name, string operation) => new(409, "ENTITY_ERROR.ATTRIBUTE.NOT_ALLOWED", "An attribute in the provided entity is not allowed for this request", $"The attribute '{name}' can not be included in a '{operation}' operation", $"/data/attributes/{name}");
    public static AppleError AttributeUnknown(string name, string type) => new(409, "ENTITY_ERROR.ATTRIBUTE.UNKNOWN", "The provided entity includes an unknown attribute", $"'{name}' is not an attribute on the resource '{type}'", $"/data/attributes/{name}");
    public static AppleError SameLocale => new(409, "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE", "An attribute value is invalid", "There is an entity with same 'locale'", "/data/attributes/locale");
    public static AppleError EntityInvalid(string detail, string pointer) => new(409, "ENTITY_ERROR", "The provided entity is not valid", detail, pointer);
    public static AppleError RelationshipUnknown(string name, string type) => new(409, "ENTITY_ERROR.RELATIONSHIP.UNKNOWN", "The provided entity includes an unknown relationship", $"'{name}' is not a relationship on the resource '{type}'", $"/data/relationships/{name}");
    public static AppleError RelationshipRequired(string name) => new(409, "ENTITY_ERROR.RELATIONSHIP.REQUIRED", "The provided entity is missing a required relationship", $"You must provide a value for the relationship '{name}' with this request", $"/data/relationships/{name}");
    public static AppleError RelationshipInvalid(string pointer) => new(409, "ENTITY_ERROR.RELATIONSHIP.INVALID", "The provided entity includes a relationship with an invalid value", "The relationship holds a resource that does not exist or is of another type", pointer);
    public static AppleError RelationshipForbids(string name, string operation, IEnumerable<string> allowed) => new(403, "FORBIDDEN_ERROR", "The given operation is not allowed",
        $"The relationship '{name}' does not allow '{operation}'. Allowed operations are: {string.Join(", ", allowed)}.");
    public static AppleError ResourceForbids(string type, string operation, IEnumerable<string> allowed) => new(403, "FORBIDDEN_ERROR", "The given operation is not allowed",
        $"The resource '{type}' does not allow '{operation}'. Allowed operations are: {string.Join(", ", allowed)}.");

    public JsonObject ToJson()
    {
        var error = new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["status"] = Status.ToString(), ["code"] = Code, ["title"] = Title, ["detail"] = Detail };
        if (Status is 401 or 429)
        {
            // As recorded: what refuses before the API gives no id.
            error.Remove("id");
        }
        if (Pointer is not null || Parameter is not null)
        {
            error["source"] = Pointer is not null ? new JsonObject { ["pointer"] = Pointer } : new JsonObject { ["parameter"] = Parameter };
        }
        return error;
    }
}

/// <summary>Ends a request with Apple's error document. Several errors may come in one answer.</summary>
internal sealed class AppleException(params AppleError[] errors) : Exception
{
    public AppleAnswer Answer => new(errors[0].Status, new JsonObject { ["errors"] = new JsonArray([.. errors.Select(e => e.ToJson())]) });
}

/// <summary>What the API answers, before faults and transport. <paramref name="Items"/> counts rows read or linkages written.</summary>
internal sealed record AppleAnswer(int Status, JsonObject? Body = null, string? Location = null, int Items = 0, string? Text = null);
