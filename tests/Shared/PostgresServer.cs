using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Portal.Tests;

/// <summary>
/// A PostgreSQL cluster of this process, from the machine's own binaries, on a free loopback port. It starts with the first
/// database asked for and ends with the process, however that ends.
/// </summary>
public static class PostgresServer
{
    private const string Owner = "postgres";
    private static readonly string? _binaries = FindBinaries();
    private static readonly Lazy<Task<Cluster>> _cluster = new(StartAsync);
    private static int _databases;

    /// <summary>Whether the binaries are there; tests that need them say so by being skipped.</summary>
    public static bool IsInstalled => _binaries is not null;

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateDatabaseAsync()
    {
        var cluster = await _cluster.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await RunAsync("psql", "-h", "127.0.0.1", "-p", $"{cluster.Port}", "-U", Owner, "-d", "postgres", "-qc", $"create database {name}");
        // Small pools: many tests, few connections each.
        return $"Host=127.0.0.1;Port={cluster.Port};Username={Owner};Database={name};Maximum Pool Size=20;Include Error Detail=false";
    }

    private static async Task<Cluster> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("portal-pg-").FullName;
        var port = FreePort();
        // initdb refuses root. The shell holds the server and ends it, and its folder, when this process's end of the pipe closes.
        var asOwner = Environment.IsPrivilegedProcess ? $"setpriv --reuid={Owner} --regid={Owner} --init-groups" : "";
        var script = $$"""
            {{(Environment.IsPrivilegedProcess ? $"chown {Owner} '{folder}'" : "")}}
            cd '{{folder}}'
            {{asOwner}} '{{_binaries}}/initdb' -D '{{folder}}/data' -U {{Owner}} -A trust -E UTF8 --locale=C --no-sync >'{{folder}}/initdb.log' 2>&1 || { cat '{{folder}}/initdb.log'; exit 1; }
            {{asOwner}} '{{_binaries}}/postgres' -D '{{folder}}/data' -p {{port}} -k '{{folder}}' -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off \
              -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB </dev/null >'{{folder}}/server.log' 2>&1 &
            server=$!
            until '{{_binaries}}/pg_isready' -q -h 127.0.0.1 -p {{port}}; do kill -0 $server 2>/dev/null || { cat '{{folder}}/server.log'; exit 1; }; sleep 0.05; done
            echo ready
            cat >/dev/null
            kill -INT $server; wait $server; rm -rf '{{folder}}'
            """;
        var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("No shell.");
        var said = await shell.StandardOutput.ReadLineAsync();
        if (said != "ready") throw new InvalidOperationException($"PostgreSQL did not start: {said} {await shell.StandardOutput.ReadToEndAsync()}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            shell.StandardInput.Close();
            shell.WaitForExit(TimeSpan.FromSeconds(10));
        };
        return new Cluster(port);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(_binaries!, program), arguments) { RedirectStandardError = true })
            ?? throw new InvalidOperationException($"No {program}.");
        var complaint = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {complaint}");
    }

    private static string? FindBinaries()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record Cluster(int Port);
}
