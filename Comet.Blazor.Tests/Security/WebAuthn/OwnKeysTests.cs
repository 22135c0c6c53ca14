using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Security.WebAuthn;

namespace Comet.Blazor.Tests.Security.WebAuthn;

/// <summary>What a person does with the own keys under My Account.</summary>
public sealed class OwnKeysTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LastKey_WhileRequired_StaysUnlessTotpIsOpen()
    {
        await using var rig = await KeyRig.StartAsync();
        using var first = new SoftKey();
        using var second = new SoftKey();
        await rig.RegisterAsync(first, "one");
        await rig.RegisterAsync(second, "two");
        var (own, store) = (rig.Server.Get<OwnKeys>(), rig.Server.Get<AdministratorStore>());
        store.Change("admin", one => one with { AllowPassword = false, AllowWebAuthn = true });

        Assert.True((await own.RemoveAsync(KeyRig.Admin, Id(rig, "one"), null, Ct)).Ok);
        var refused = await own.RemoveAsync(KeyRig.Admin, Id(rig, "two"), null, Ct);
        Assert.Equal(Refusal.Conflict, refused.Kind);
        Assert.Equal("two", Assert.Single(rig.Keys).Description);

        store.Change("admin", one => one with { AllowTotp = true, TotpKey = "sealed" });
        Assert.True((await own.RemoveAsync(KeyRig.Admin, Id(rig, "two"), null, Ct)).Ok);
        Assert.False(store.Find("admin")!.AllowWebAuthn);
        Assert.False(store.Find("admin")!.AllowPassword); // a factor is required as before
    }

    [Fact]
    public async Task Key_IsRenamedAndRemoved_AndOnlyOnes()
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();
        await rig.RegisterAsync(key, "one");
        var own = rig.Server.Get<OwnKeys>();
        var id = Id(rig, "one");

        Assert.True((await own.RenameAsync(KeyRig.Admin, id, "  Ключ 🔑 ")).Ok);
        Assert.Equal("Ключ 🔑", Assert.Single(await own.ListAsync(KeyRig.Admin, Ct)).Key.Description);
        Assert.Equal(Refusal.Invalid, (await own.RenameAsync(KeyRig.Admin, id, " ")).Kind);
        Assert.Equal(Refusal.Invalid, (await own.RenameAsync(KeyRig.Admin, id, new string('x', 101))).Kind);
        Assert.Equal(Refusal.Missing, (await own.RenameAsync(KeyRig.Admin, "AAAA", "x")).Kind);
        Assert.Equal(Refusal.Denied, (await own.RemoveAsync(new Actor(ActorKind.Customer, "admin"), id, null, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await own.RemoveAsync(new Actor(ActorKind.Administrator, "other"), id, null, Ct)).Kind);
        Assert.True((await own.RemoveAsync(KeyRig.Admin, id, null, Ct)).Ok);
        Assert.Equal(Refusal.Missing, (await own.RemoveAsync(KeyRig.Admin, id, null, Ct)).Kind);
    }

    [Fact]
    public async Task KeysAddedOrRemoved_EndThePersonsOtherSessions()
    {
        await using var rig = await KeyRig.StartAsync();
        var sessions = rig.Server.Get<SessionStore>();
        var owner = SessionOwner.Administrator("admin", null, null, ActorVia.Web);
        using var key = new SoftKey();
        var (mine, other) = (await sessions.StartAsync(owner, Ct), await sessions.StartAsync(owner, Ct));
        var asked = (await rig.Ceremony.BeginRegistrationAsync(KeyRig.Admin, KeyRig.Https, Ct)).Value!;

        Assert.True((await rig.Ceremony.FinishRegistrationAsync(KeyRig.Admin, asked.ChallengeId, key.Register(asked), "one", null, mine, Ct)).Ok);
        Assert.NotNull(sessions.Find(mine));
        Assert.Null(sessions.Find(other));

        other = await sessions.StartAsync(owner, Ct);
        Assert.True((await rig.Server.Get<OwnKeys>().RemoveAsync(KeyRig.Admin, Id(rig, "one"), mine, Ct)).Ok);
        Assert.NotNull(sessions.Find(mine));
        Assert.Null(sessions.Find(other));
    }

    /// <summary>An account whose only second factor is a key must never skip the second step (feasibility.md §2).</summary>
    [Fact]
    public async Task Password_OfAnAccountWithOnlyAKey_DoesNotOpen()
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();
        await rig.RegisterAsync(key);
        rig.Server.Get<AdministratorStore>().Change("admin", one => one with { AllowPassword = false, AllowWebAuthn = true });
        var entrance = rig.Server.Get<Entrance>();
        var from = new SignInFrom("192.0.2.7", null, ActorVia.Web);

        var step = await entrance.PasswordAsync(from, "admin", "admin", Ct);

        Assert.True(step.Ok, step.Why);
        Assert.False(step.Value.IsIn);
        Assert.True(step.Value.KeyPossible);
        Assert.False((await entrance.KeyAsync(from, step.Value.Administrator, () => Task.FromResult(Outcome.Denied("no")), Ct)).Ok);

        rig.Server.Get<AdministratorStore>().Change("admin", one => one with { Keys = [] }); // not even when the key is gone by hand
        Assert.False((await entrance.PasswordAsync(from, "admin", "admin", Ct)).Ok);
    }

    /// <summary>Settings of other versions offer factors beside the password, also without a secret for them.</summary>
    [Fact]
    public async Task NotRequired_NeverLocksOut_WhateverTheSettingsOffered()
    {
        await using var rig = await KeyRig.StartAsync();
        using var key = new SoftKey();
        await rig.RegisterAsync(key);
        var (factors, store) = (rig.Server.Get<OwnFactors>(), rig.Server.Get<AdministratorStore>());
        store.Change("admin", one => one with { AllowPassword = true, AllowTotp = true, AllowWebAuthn = true });

        Assert.True((await factors.RequireAsync(KeyRig.Admin, null, true, null)).Ok);
        Assert.False(store.Find("admin")!.AllowPassword);
        Assert.True((await factors.RequireAsync(KeyRig.Admin, null, false, null)).Ok);
        Assert.True(store.Find("admin")!.AllowPassword);

        store.Change("admin", one => one with { Keys = [] });
        Assert.Equal(Refusal.Invalid, (await factors.RequireAsync(KeyRig.Admin, null, true, null)).Kind);
        Assert.True(store.Find("admin")!.CanSignIn);
    }

    private static string Id(KeyRig rig, string description) => KeyNames.IdOf(rig.Keys.First(k => k.Description == description));
}
