using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Portal.Services.Credentials;

/// <summary>
/// OpenSSL frees copies of a private key's number without clearing them, and a dump of the process shows them. What a use of a key
/// leaves behind is written over: by the same work with a key that is nobody's, on the same thread, before it and after it, and by
/// taking every small free place once.
/// </summary>
internal sealed class Cover
{
    private const int SmallestPlace = 16, Sizes = 16, PlacesOfASize = 512, StackBelow = 128 * 1024;
    private static readonly byte[] _hash = new byte[32];
    private readonly byte[] _nobodys = Make();
    private readonly nint[] _places = new nint[Sizes * PlacesOfASize];

    /// <summary>What a signature does, with a key that is nobody's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Work()
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_nobodys, out _);
        key.SignHash(_hash);
    }

    /// <summary>Clears the small places this thread's allocator has free, and its stack below the caller. One thread at a time.</summary>
    public unsafe void Sweep()
    {
        SweepStack();
        // All held at once: what was freed may have become part of a larger free place.
        for (var i = 0; i < _places.Length; i++)
        {
            var size = (nuint)(SmallestPlace * (1 + i / PlacesOfASize));
            var place = NativeMemory.Alloc(size);
            NativeMemory.Clear(place, size);
            _places[i] = (nint)place;
        }
        foreach (var place in _places) NativeMemory.Free((void*)place);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SweepStack()
    {
        Span<byte> below = stackalloc byte[StackBelow];
        CryptographicOperations.ZeroMemory(below);
    }

    private static byte[] Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }
}
