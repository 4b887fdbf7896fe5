namespace Portal.Domain.Audit;

/// <summary>How long an event is kept before it is archived and deleted.</summary>
public enum RetentionClass
{
    /// <summary>What happened to credentials, roles and approvals: seven years.</summary>
    Security,
    /// <summary>What happened to links, runs and people: two years.</summary>
    Operations,
    /// <summary>Requests with a key, sign-ins and checks: one year.</summary>
    Traffic,
}

/// <summary>One kind of event in the closed catalogue. Success and failure have different codes; a code is never reused.</summary>
/// <param name="Name">Feature, dot, what happened, such as <c>credential.added</c>.</param>
/// <param name="Sentence">What it means in plain words, without the particulars.</param>
/// <param name="Retention">How long it is kept.</param>
public sealed record AuditCode(string Name, string Sentence, RetentionClass Retention)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
