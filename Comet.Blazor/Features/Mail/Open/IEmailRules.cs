using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Mail.Open;

/// <summary>What the mail settings of an account may be (spec/01 §7).</summary>
public interface IEmailRules
{
    /// <summary>
    /// Whether settings may be replaced by these. Refused as <see cref="Refusal.Invalid"/> with what is wrong. What stands already, perhaps from another server,
    /// does not keep a person from changing something else.
    /// </summary>
    Outcome Check(AccountEmails stands, AccountEmailsChange change);
}
