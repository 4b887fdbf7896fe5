using System.Diagnostics;

namespace Portal.Web.Tests.Sync;

/// <summary>The portal as a process of its own, so that it can be killed at once, as a machine that loses power does.</summary>
internal sealed class PortalProcess : IDisposable
{
    private readonly Process _process;

    private PortalProcess(Process process) => _process = process;

    /// <summary>Starts the built front end on a free port with these settings.</summary>
    public static PortalProcess Start(IReadOnlyDictionary<string, string?> settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(PortalApp).Assembly.Location);
        foreach (var (key, value) in settings) start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        var process = Process.Start(start)!;
        // Nobody reads it, but a full pipe would stop the process.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => { if (line.Data is not null) Console.Error.WriteLine(line.Data); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new PortalProcess(process);
    }

    /// <summary>SIGKILL: no handler runs, nothing is written any more.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>SIGSTOP: stalls at whatever instant it is in, as a machine without memory does.</summary>
    public void Stall() => Signal("-STOP");

    /// <summary>SIGCONT: goes on as if no time had passed.</summary>
    public void GoOn() => Signal("-CONT");

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
        kill.WaitForExit();
        if (kill.ExitCode != 0) throw new InvalidOperationException($"kill {signal} ended with {kill.ExitCode}.");
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
