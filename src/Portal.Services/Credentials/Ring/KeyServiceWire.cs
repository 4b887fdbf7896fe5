using System.Buffers.Binary;

namespace Portal.Services.Credentials;

/// <summary>
/// What portal and key service say to each other: one byte (question or answer), four of length, the content. A question is
/// <see cref="PublicKey"/>, without content, or <see cref="Unwrap"/> with RSA-OAEP-SHA256 ciphertext.
/// </summary>
internal static class KeyServiceWire
{
    public const byte PublicKey = 1, Unwrap = 2;
    public const byte Done = 0, Refused = 1;
    private const int Header = 5;
    private const int Longest = 8 * 1024;

    public static async Task WriteAsync(Stream stream, byte kind, byte[] content, CancellationToken cancel)
    {
        var message = new byte[Header + content.Length];
        message[0] = kind;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), content.Length);
        content.CopyTo(message.AsSpan(Header));
        await stream.WriteAsync(message, cancel);
        Array.Clear(message);
    }

    /// <exception cref="InvalidDataException">Longer than anything either side says.</exception>
    /// <exception cref="EndOfStreamException">The other side went away.</exception>
    public static async Task<(byte Kind, byte[] Content)> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var header = new byte[Header];
        await stream.ReadExactlyAsync(header, cancel);
        var length = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1));
        if (length is < 0 or > Longest) throw new InvalidDataException();
        var content = new byte[length];
        await stream.ReadExactlyAsync(content, cancel);
        return (header[0], content);
    }
}
