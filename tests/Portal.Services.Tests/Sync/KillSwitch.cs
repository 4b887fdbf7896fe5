using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Portal.Services.Tests.Sync;

/// <summary>
/// Ends a portal's process at one instant, counted in steps of its database: from then on it can read, write and commit nothing,
/// whatever its code still tries. Several portals of one process are told apart by their databases.
/// </summary>
internal sealed class KillSwitch : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly string _database;
    private readonly List<IDisposable> _heard = [];
    private int _steps;
    private int _at = int.MaxValue;

    /// <param name="connectionString">Of the portal's database.</param>
    public KillSwitch(string connectionString)
    {
        _database = connectionString;
        _heard.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    /// <summary>Steps since it was armed.</summary>
    public int Steps => Volatile.Read(ref _steps);

    /// <summary>Strikes before this step from now on.</summary>
    public void Arm(int step)
    {
        Volatile.Write(ref _steps, 0);
        Volatile.Write(ref _at, step);
    }

    /// <summary>Another process works on the database.</summary>
    public void Disarm() => Arm(int.MaxValue);

    public bool HasStruck => Steps >= Volatile.Read(ref _at);

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == DbLoggerCategory.Name) _heard.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == RelationalEventId.CommandExecuting.Name && value.Value is CommandEventData command) Step(command.Connection.ConnectionString);
        else if (value.Key == RelationalEventId.TransactionCommitting.Name && value.Value is TransactionEventData transaction) Step(transaction.Transaction.Connection?.ConnectionString);
    }

    public void OnCompleted()
    {
        // Heard as long as the process of the tests lives.
    }

    public void OnError(Exception error)
    {
        // The source has none.
    }

    public void Dispose()
    {
        foreach (var one in _heard) one.Dispose();
    }

    private void Step(string? connectionString)
    {
        if (connectionString is null || !connectionString.Contains(_database, StringComparison.OrdinalIgnoreCase)) return;
        if (Interlocked.Increment(ref _steps) >= Volatile.Read(ref _at)) throw new KilledException();
    }
}

/// <summary>What the rest of a killed portal's code meets.</summary>
internal sealed class KilledException() : Exception("The process was killed.");
