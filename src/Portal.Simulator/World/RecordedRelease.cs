namespace Portal.Simulator;

/// <summary>A release the community was asked to make, as it came in.</summary>
public sealed record RecordedRelease(DateTimeOffset At, string Project, string ReleaseType, string? Title, string Body);

/// <summary>A member of a Centercode team as a data package shows them.</summary>
public sealed record TeamMember(int UserId, string Username, string Email, string FirstName, string LastName, string? AppleEmail);
