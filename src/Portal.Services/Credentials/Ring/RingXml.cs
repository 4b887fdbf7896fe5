using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace Portal.Services.Credentials;

/// <summary>
/// A ring key's XML, sealed: AES-256-GCM under a key of its own, and that key wrapped by the certificate named beside it.
/// The same form whoever holds the certificate's key.
/// </summary>
internal sealed class RingXml(RingWraps wraps)
{
    private const int KeySize = 32, NonceSize = 12, TagSize = 16;
    private static readonly XName Element = "wrappedKey";

    public XElement Encrypt(XElement plain)
    {
        var key = RandomNumberGenerator.GetBytes(KeySize);
        var content = Encoding.UTF8.GetBytes(plain.ToString(SaveOptions.DisableFormatting));
        try
        {
            var (nonce, tag, cipher) = (RandomNumberGenerator.GetBytes(NonceSize), new byte[TagSize], new byte[content.Length]);
            using var aes = new AesGcm(key, TagSize);
            aes.Encrypt(nonce, content, cipher, tag);
            return new XElement(Element, new XAttribute("by", wraps.Current.Id),
                Part("key", wraps.Current.Wrap(key)), Part("nonce", nonce), Part("tag", tag), Part("content", cipher));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <exception cref="CryptographicException">None of the certificates wrapped it, or it was changed.</exception>
    public XElement Decrypt(XElement wrapped)
    {
        var key = wraps.Find(WrappedBy(wrapped)).Unwrap(Part(wrapped, "key"));
        var cipher = Part(wrapped, "content");
        var content = new byte[cipher.Length];
        try
        {
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(Part(wrapped, "nonce"), cipher, Part(wrapped, "tag"), content);
            return XElement.Parse(Encoding.UTF8.GetString(content));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Which certificate wrapped it.</summary>
    public static string WrappedBy(XElement wrapped) => (string?)wrapped.Attribute("by") ?? throw new CryptographicException("Not a wrapped key.");

    /// <summary>The wrapped part of a stored ring key.</summary>
    public static XElement? In(XElement ringKey) => ringKey.Descendants(Element).SingleOrDefault();

    private static XElement Part(string name, byte[] value) => new(name, Convert.ToBase64String(value));

    private static byte[] Part(XElement wrapped, string name)
    {
        try
        {
            return Convert.FromBase64String((string?)wrapped.Element(name) ?? "");
        }
        catch (FormatException)
        {
            throw new CryptographicException("Not a wrapped key.");
        }
    }
}

internal sealed class RingKeyEncryptor(RingXml xml) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) => new(xml.Encrypt(plaintextElement), typeof(RingKeyDecryptor));
}

/// <summary>Made by Data Protection from the name stored beside each key.</summary>
internal sealed class RingKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => services.GetRequiredService<RingXml>().Decrypt(encryptedElement);
}
