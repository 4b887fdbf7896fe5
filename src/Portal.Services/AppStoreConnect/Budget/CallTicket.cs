namespace Portal.Services.AppStoreConnect.Budget;

/// <summary>A place in the queue of a key; granted, its intent may be committed; then it leaves, and is a call on its way.</summary>
internal sealed class CallTicket(string who, bool atScreen)
{
    private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayLeave = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whose turn it uses.</summary>
    public string Who { get; } = who;
    public bool AtScreen { get; } = atScreen;

    /// <summary>When it left.</summary>
    public DateTimeOffset Begun { get; private set; }

    /// <summary>Whether its intent is on record.</summary>
    public bool OnRecord { get; set; }

    /// <summary>Ends when the intent may be committed.</summary>
    public Task Granted => _granted.Task;

    /// <summary>Ends when the request may be sent.</summary>
    public Task MayLeave => _mayLeave.Task;

    public void Grant() => _granted.SetResult();

    public void Leave(DateTimeOffset now)
    {
        Begun = now;
        _mayLeave.SetResult();
    }
}
