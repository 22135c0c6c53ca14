using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Mail.Pages;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Documents;

namespace Comet.Blazor.Tests.Mail;

/// <summary>Two people edit the email reporting of one user (spec/01 §7).</summary>
public sealed class EmailsFormTests
{
    private static readonly AccountRef Mary = new(AccountId.New(), "mary", "", "", IsSuspended: false);

    [Fact]
    public void BothAddAnAddress_BothStand()
    {
        var form = new EmailsForm(View("1", "a@example.com"));
        form.Addresses.Add(new AddressForm("mine@example.com") { Own = [Report(1)] });
        var now = View("2", "a@example.com", "theirs@example.com");

        Assert.True(form.IsOutdatedBy(now));
        Assert.Equal(0, form.Against(now).Clashes);
        form.Rebase(now);

        Assert.Equal(["a@example.com", "theirs@example.com", "mine@example.com"], form.Change.Emails);
        Assert.Equal("mine@example.com", form.Change.Reports.Single().Key);
        Assert.Equal(("2", true), (form.Began.Hash, form.IsDirty));
    }

    [Fact]
    public void BothChangeTheReportsOfOneAddress_IsTold_AndMineIsPutOnTop()
    {
        var form = new EmailsForm(View("1", "a@example.com"));
        form.Addresses.Single().Own = [Report(1)];
        form.Sends = false;
        var now = With("2", new JsonArray(Report(3)), "a@example.com");

        var merge = form.Against(now);
        var clash = Assert.Single(merge.Lines, static l => l.Side == MergeSide.Clash);
        Assert.Equal("a@example.com", EmailsForm.LabelOf(clash.Path));
        Assert.Equal(
            ("the default reports", "reports of its own: Recent Activity", "reports of its own: Summary"),
            (EmailsForm.Shown(clash.Path, clash.Began!), EmailsForm.Shown(clash.Path, clash.Theirs!), EmailsForm.Shown(clash.Path, clash.Mine!)));

        form.Rebase(now);
        Assert.Equal((1, false), ((int)form.Change.Reports["a@example.com"][0]!["ReportType"]!, form.Sends));
    }

    [Fact]
    public void AnAddressThatTheyRemoved_StaysRemoved_UnlessMineWasChanged()
    {
        var form = new EmailsForm(View("1", "a@example.com", "b@example.com"));
        form.Addresses[1].Own = [];
        form.Rebase(View("2"));
        Assert.Equal(["b@example.com"], form.Change.Emails);
    }

    [Fact]
    public void SomethingElseOfTheProfile_IsNoConflict()
    {
        var form = new EmailsForm(View("1", "a@example.com"));
        form.Sends = false;
        Assert.False(form.IsOutdatedBy(View("2", "a@example.com")));
        form.Rebase(View("2", "a@example.com"));
        Assert.Equal(("2", true, false), (form.Began.Hash, form.IsDirty, form.Sends));
        form.Sends = true;
        Assert.False(form.IsDirty);
    }

    private static JsonObject Report(int type) => new() { ["ReportType"] = type };

    private static AccountEmailsView View(string hash, params string[] emails) => With(hash, null, emails);

    private static AccountEmailsView With(string hash, JsonArray? ofFirst, params string[] emails) => new(
        Mary, new AccountEmails([.. emails], true, "", "", ofFirst is null ? "" : new JsonObject { [emails[0]] = new JsonObject { ["Reports"] = ofFirst } }.ToJsonString(), ""), hash);
}
