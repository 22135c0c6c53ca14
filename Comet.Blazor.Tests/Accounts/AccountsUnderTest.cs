using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Security.Passwords;
using Comet.Blazor.Security.Secrets;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>The accounts with their real store in a folder of their own, without a web server.</summary>
public sealed class AccountsUnderTest : IAsyncDisposable
{
    private readonly TempFolder _temp = new();

    private AccountsUnderTest()
    {
        Folder = new DataFolder(_temp.Path);
        File = new UsersStore(Folder);
        Secrets = new AccountSecrets(Folder, File, Microsoft.Extensions.Logging.Abstractions.NullLogger<AccountSecrets>.Instance);
        Policies = NewPolicies();
        Groups = new UserGroupStore(File);
        Store = NewStore();
        ServerStore = new ServerStore(Folder);
        Audit = new AuditLog(ServerStore, Folder, Clock, NullLogger<AuditLog>.Instance);
        ProfileAudit = new ProfileAudit(Audit);
        Devices = new AccountDevices(Store, ProfileAudit, Options.Create(new CometOptions { RandomDelaySecs = 60 }), Clock);
        Statistics = new ItemStatistics(Store, Clock);
        Passwords = new VerifiedPasswords(Clock);
        var settings = SettingsFile.Open(Path.Combine(_temp.Path, "cometd.cfg"));
        var administrators = new AdministratorStore(settings, Options.Create(new CometOptions()), Passwords, NullLogger<AdministratorStore>.Instance);
        Organizations = new OrganizationList(settings, administrators);
        Credentials = new CustomerCredentials(Store, Secrets, Passwords, Organizations);
        Sessions = new SessionStore(ServerStore, new SessionTimes(settings), new SessionStamps(administrators, Credentials), Clock);
        AddUser = new AddUser(Store, Secrets, Organizations, Policies, new PasswordCost(), Audit, Clock);
    }

    public static Actor Admin { get; } = new(ActorKind.Administrator, "admin");

    public DataFolder Folder { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public AccountSecrets Secrets { get; }

    public UsersStore File { get; private set; }

    public PolicyStore Policies { get; private set; }

    public UserGroupStore Groups { get; }

    public AccountStore Store { get; private set; }

    public AccountDevices Devices { get; private set; }

    public ItemStatistics Statistics { get; }

    public VerifiedPasswords Passwords { get; }

    public OrganizationList Organizations { get; }

    public CustomerCredentials Credentials { get; }

    public SessionStore Sessions { get; }

    public AddUser AddUser { get; }

    public ServerStore ServerStore { get; }

    public AuditLog Audit { get; }

    public ProfileAudit ProfileAudit { get; }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<AccountsUnderTest> OpenAsync()
    {
        var all = new AccountsUnderTest();
        await all.Secrets.OpenAsync(Ct);
        await all.File.OpenAsync(Ct);
        await all.Policies.OpenAsync(Ct);
        await all.Store.OpenAsync(Ct);
        await all.ServerStore.OpenAsync(Ct);
        await all.Audit.OpenAsync(Ct);
        return all;
    }

    /// <summary>Closes the store and opens it again on the same folder.</summary>
    public async Task<AccountStore> ReopenAsync()
    {
        await File.DisposeAsync();
        File = new UsersStore(Folder);
        await File.OpenAsync(Ct);
        Policies = NewPolicies();
        await Policies.OpenAsync(Ct);
        Store = NewStore();
        await Store.OpenAsync(Ct);
        return Store;
    }

    public async Task<AccountEntry> UserAsync(string name = "mary", string password = "correct horse", bool recovery = false)
    {
        var outcome = await AddUser.RunAsync(Admin, new NewUser(name, password) { StoreRecoveryCode = recovery }, Ct);
        Assert.True(outcome.Ok, outcome.Why);
        return outcome.Value;
    }

    /// <summary>Changes a profile by hand.</summary>
    public async Task<AccountEntry> EditAsync(AccountId id, Action<AccountDocument> edit)
    {
        var outcome = await Store.ChangeAsync(id, null, d => { edit(d); return Outcome.Done; }, tellDevices: true, Ct);
        Assert.True(outcome.Ok, outcome.Why);
        return outcome.Value;
    }

    private PolicyStore NewPolicies() => new(File, new SecretBox(Folder, NullLogger<SecretBox>.Instance), NullLogger<PolicyStore>.Instance);

    private AccountStore NewStore() => new(File, new ProfileSecrets(new SecretBox(Folder, NullLogger<SecretBox>.Instance), NullLogger<ProfileSecrets>.Instance), Policies, NullLogger<AccountStore>.Instance);

    public async ValueTask DisposeAsync()
    {
        Passwords.Dispose();
        await File.DisposeAsync();
        await ServerStore.DisposeAsync();
        _temp.Dispose();
    }
}
