using Portal.Domain;
using Portal.Services.TestFlight;

namespace Portal.Web.TestFlight.Assign;

/// <summary>A build or a group that can be chosen in an <see cref="AssignmentPanel"/>.</summary>
/// <param name="Mark">Stands at the row as <c>data-choice</c>.</param>
/// <param name="Under">A line beneath the name.</param>
/// <param name="Off">Why it cannot be chosen; null: it can.</param>
/// <param name="Note">What is worth knowing of one that can.</param>
public sealed record AssignmentChoice(string Id, string Name, string Mark, string Under, string? Off, string? Note = null);

/// <summary>What an <see cref="AssignmentPanel"/> does once somebody decided.</summary>
/// <param name="Ids">What was chosen.</param>
/// <param name="Text">What testers are asked to test; blank: nothing is written.</param>
/// <param name="Notify">Whether the testers are notified afterwards.</param>
public sealed record AssignmentAsked(IReadOnlyList<string> Ids, string Text, bool Notify);

/// <summary>What came of it: each pair, and what else did not go well.</summary>
public sealed record AssignmentAnswer(IReadOnlyList<AssignmentDone> Done, IReadOnlyList<Problem> Besides);
