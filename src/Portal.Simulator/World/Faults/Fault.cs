namespace Portal.Simulator;

/// <summary>
/// Something that will go wrong. <paramref name="Kind"/> is one of <see cref="Faults.Kinds"/>. It strikes requests whose method, path and
/// key match (no path: Apple's API alone), after letting <paramref name="After"/> of them pass, <paramref name="Times"/> times.
/// </summary>
public sealed record Fault(string Kind, string? Method = null, string? PathContains = null, int Times = 1, int After = 0, string? KeyId = null);

/// <summary>
/// Faults by dice. Whether the n-th call of a key to an endpoint fails, and how, follows from <paramref name="Seed"/>, method, path
/// template and n alone: calls to other endpoints and by other keys in between change nothing.
/// </summary>
/// <param name="Rate">Share of the calls that fail, from 0 to 1.</param>
/// <param name="Kinds">What may happen; null: all of <see cref="Faults.RandomKinds"/>.</param>
public sealed record FaultSeed(int Seed, double Rate, IReadOnlyList<string>? Kinds = null, string? Method = null, string? PathContains = null, string? KeyId = null);

/// <summary>A request that is being held, and whether its work is done already.</summary>
public sealed record HeldRequest(string Method, string Path, bool Committed);
