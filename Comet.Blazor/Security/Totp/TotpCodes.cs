using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Secrets;
using OtpNet;

namespace Comet.Blazor.Security.Totp;

/// <summary>
/// Time-based codes: six digits, 30 seconds, SHA-1, one step of drift either way; each accepted once (spec/04 §4.2). Which step was accepted
/// last is kept in the server's store, so that a code seen over somebody's shoulder is worthless after a restart too.
/// </summary>
/// <param name="store">Keeps the last accepted steps.</param>
/// <param name="box">Seals the secrets.</param>
/// <param name="clock">The clock.</param>
public sealed class TotpCodes(ServerStore store, SecretBox box, TimeProvider clock)
{
    /// <summary>Seconds that a code is shown.</summary>
    public const int StepSeconds = 30;

    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>The value of TOTPKeyEncryptionFormat for a secret that this server has sealed.</summary>
    public const int SealedFormat = 21;

    private const string Collection = "security_totp";
    private const int SecretBytes = 20; // RFC 4226 recommends the length of the hash

    /// <summary>A new secret.</summary>
    public TotpSecret NewSecret() => new(Base32Encoding.ToString(KeyGeneration.GenerateRandomKey(SecretBytes)));

    /// <summary>The secret as it is stored.</summary>
    /// <param name="owner">Whose it is, such as "administrator/admin"; it opens for nobody else.</param>
    /// <param name="secret">The secret.</param>
    public string Seal(string owner, TotpSecret secret) => box.Seal(Purpose(owner), secret.Text);

    /// <summary>
    /// Accepts a code, once: of parallel calls with the same code one is accepted. <see cref="Refusal.Unauthenticated"/> for a wrong or used
    /// one; the sentence tells a used one apart, since only somebody with the right secret can have sent it.
    /// </summary>
    /// <exception cref="SecretLostException">The stored secret can't be opened.</exception>
    /// <exception cref="IOException">The step could not be written; nothing was accepted.</exception>
    public async Task<Outcome> AcceptAsync(string owner, string sealedSecret, string code, CancellationToken ct)
    {
        var digits = new string([.. code.Where(static c => !char.IsWhiteSpace(c))]);
        if (digits.Length != Digits || !digits.All(char.IsAsciiDigit))
        {
            return Outcome.Refuse(Refusal.Unauthenticated, $"The code has {Digits} digits.");
        }

        var totp = new OtpNet.Totp(Base32Encoding.ToBytes(box.Open(Purpose(owner), sealedSecret)), StepSeconds, OtpHashMode.Sha1, Digits);
        if (!totp.VerifyTotp(clock.GetUtcNow().UtcDateTime, digits, out var step, new VerificationWindow(1, 1)))
        {
            return Outcome.Refuse(Refusal.Unauthenticated, "The code is wrong. Check that the clocks of this server and of your phone are right.");
        }

        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner))); // names can be longer than a key may be
        var first = await store.Db.WriteAsync(
            db =>
            {
                if (db.Get(Collection, key) is { } record && BinaryPrimitives.ReadInt64LittleEndian(record.Row) >= step)
                {
                    return false;
                }

                var bytes = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(bytes, step);
                db.Put(Collection, new DbRecord(key, bytes, []));
                return true;
            },
            ct);
        return first ? Outcome.Done : Outcome.Refuse(Refusal.Unauthenticated, "This code was used already. Wait for the next one.");
    }

    private static string Purpose(string owner) => "totp:" + owner;
}
