namespace Portal.Simulator.AppStoreConnect;

/// <summary>Refusals nobody has recorded. Where even the code is made up, the code says so.</summary>
internal static class Invented
{
    private const string Title = "The request cannot be fulfilled because of the state of another resource.";

    public static readonly AppleError InternalTesterLimit = new(409, "STATE_ERROR.INVENTED_BY_SIMULATOR.INTERNAL_TESTER_LIMIT_REACHED", Title, "The app has reached its number of internal testers.");

    public static readonly AppleError NeedsInternalGroup = new(409, "STATE_ERROR.INVENTED_BY_SIMULATOR.INTERNAL_GROUP_REQUIRED", Title, "Create an internal group first.");

    /// <summary>The code is Apple's for relationships it does not take; that it would stand here is a guess.</summary>
    public static readonly AppleError InvitationToTester = new(409, "ENTITY_ERROR.RELATIONSHIP.NOT_ALLOWED", "A relationship in the provided entity is not allowed for this request",
        "The relationship 'betaTester' can not be included in a 'CREATE' operation", "/data/relationships/betaTester");

    public static readonly AppleError SubmissionLimit = new(422, "ENTITY_UNPROCESSABLE.SUBMISSION_LIMIT_REACHED", "The request entity is not processable", "The number of builds submitted for review in 24 hours is reached.");
}
