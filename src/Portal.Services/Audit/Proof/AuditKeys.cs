using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Portal.Domain.Audit.Proof;

namespace Portal.Services.Audit.Proof;

/// <summary>The two keys outside the database: one marks each event when it is written, one signs checkpoints. Neither leaves this type.</summary>
internal sealed class AuditKeys(IOptions<AuditOptions> options)
{
    private readonly Lazy<(byte[] Mac, byte[] Seed, NoteKey Key)> _keys = new(() => Read(options.Value.KeyFolder));

    /// <summary>Whom checkpoints are checked against.</summary>
    public NoteKey Verifier => _keys.Value.Key;

    /// <summary>Reads the files now.</summary>
    /// <exception cref="OptionsValidationException">They are not there or not what they should be; names the key.</exception>
    public void Open() => _ = _keys.Value;

    public byte[] Mac(ReadOnlySpan<byte> payload) => HMACSHA256.HashData(_keys.Value.Mac, payload);

    public bool IsOurs(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> mac) => CryptographicOperations.FixedTimeEquals(Mac(payload), mac);

    /// <summary>The checkpoint as a signed note.</summary>
    public string Sign(Checkpoint checkpoint)
    {
        var (text, signature) = (Encoding.UTF8.GetBytes(checkpoint.Text), new byte[Ed25519.SignatureSize]);
        Ed25519.Sign(_keys.Value.Seed, 0, text, 0, text.Length, signature, 0);
        return new SignedNote(checkpoint.Text, [new NoteSignature(Verifier.Name, Verifier.Hash, signature)]).ToString();
    }

    /// <summary>What a note says; null when this key did not sign it or it is of another log.</summary>
    public Checkpoint? Check(string note) => Check(note, Verifier);

    public static Checkpoint? Check(string note, NoteKey key)
    {
        if (SignedNote.TryParse(note) is not { } signed || signed.Of(key) is not { } signature || signature.Signature.Length != Ed25519.SignatureSize) return null;
        var text = Encoding.UTF8.GetBytes(signed.Text);
        return Ed25519.Verify(signature.Signature, 0, key.PublicKey, 0, text, 0, text.Length) && Checkpoint.TryParse(signed.Text) is { } said && said.Origin == key.Name ? said : null;
    }

    public override string ToString() => "audit keys";

    private static (byte[], byte[], NoteKey) Read(string folder)
    {
        try
        {
            return AuditKeyFiles.Read(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            // The message of a conversion repeats nothing of the file.
            throw new OptionsValidationException("Audit", typeof(AuditOptions), [$"Audit:KeyFolder is '{folder}', but the audit's keys cannot be read there: {failure.Message} portal audit keys new FOLDER makes them."]);
        }
    }
}
