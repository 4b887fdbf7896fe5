using Portal.Domain.Audit.Proof;

namespace Portal.Services.Audit.Proof;

/// <summary>What the proofs are made with, and the one reading of this machine that may be under way.</summary>
internal sealed class AuditProofParts(AuditReading reading, CheckpointSigner signer, AuditFindings findings, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<AuditVerification>? _running;
    private (long Read, long Of) _progress;

    public AuditReading Reading => reading;
    public CheckpointSigner Signer => signer;
    public AuditFindings Findings => findings;
    public TimeProvider Time => time;

    public (bool Running, long Read, long Of) Progress
    {
        get
        {
            lock (_gate) return (_running is { IsCompleted: false }, _progress.Read, _progress.Of);
        }
    }

    /// <summary>Joins the reading under way, or starts one.</summary>
    public Task<AuditVerification> Join(Func<Task<AuditVerification>> start)
    {
        lock (_gate)
        {
            if (_running is { IsCompleted: false }) return _running;
            _progress = (0, 0);
            return _running = Task.Run(start);
        }
    }

    public void Tell(long read, long of)
    {
        lock (_gate) _progress = (read, of);
    }
}
