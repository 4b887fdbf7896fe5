namespace Portal.Services.SignIn;

/// <summary>
/// How many refusals are written down: a few per caller and minute, and not many in all, so that nobody can fill the audit.
/// What was not written is counted and told by the next event that is.
/// </summary>
internal sealed class RefusalBudget(TimeProvider time)
{
    /// <summary>Events per caller and minute.</summary>
    public const int PerCaller = 5;

    /// <summary>Events in all per minute; also bounds what is remembered here.</summary>
    public const int InAll = 60;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _written = new(StringComparer.Ordinal);
    private DateTimeOffset _minute;
    private int _all;
    private int _missed;

    /// <summary>How many went unwritten since the last written one, when this one may be written; null when it may not.</summary>
    public int? Take(string caller)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (now - _minute >= TimeSpan.FromMinutes(1) || now < _minute)
            {
                (_minute, _all) = (now, 0);
                _written.Clear();
            }

            var before = _written.GetValueOrDefault(caller);
            if (before >= PerCaller || _all >= InAll)
            {
                _missed++;
                return null;
            }

            _written[caller] = before + 1;
            _all++;
            (var missed, _missed) = (_missed, 0);
            return missed;
        }
    }
}
