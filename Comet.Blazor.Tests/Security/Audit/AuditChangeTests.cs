using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Tests.Security.Audit;

/// <summary>What of a change is stored: what differs, and of secrets only that they do.</summary>
public sealed class AuditChangeTests
{
    private const string Hidden = "hidden-7f3a";

    // Every name in the contract whose value is a secret, at several depths, as text, object and list.
    private static readonly string[] SecretNames =
    [
        "Password", "NewPassword", "OldPassword", "TargetPassword", "PasswordHash", "PasswordRecovery", "SMTPPassword", "SMBPassword", "FTPPassword", "SFTPPassword", "SSHPassword",
        "BindPassword", "PfxFilePassword", "SSLPfxPassword", "SSLClientKeyPassword", "LocalcopyWinSMBPassword", "WindowsCodeSignPKCS12Password", "WindowsCodeSignPKCS11Password",
        "AppleIDPass", "Passphrase", "TOTPKey", "TOTPCode", "TargetTOTPCode", "EncryptionKey", "EncryptedEncryptionKey", "CometBucketKey", "NewBucketKey", "ReadWriteKey", "OnDiskIndexesKey",
        "APIKey", "AppKey", "PartnerKey", "Key", "SecretKey", "S3SecretKey", "S3AccessKey", "AccessKey", "AZBAccountKey", "SFTPPrivateKey", "SSHPrivateKey", "SSLCertKey", "SessionKey",
        "RegisteredKeys", "KeyHandle", "SetKeyHashValue", "Secret", "ClientSecret", "AppSecret", "WindowsCodeSignAzureAppSecret", "Token", "AuthToken", "InstallToken", "UserCode",
        "Credential", "Credentials", "CredentialJSON", "Office365Credential", "RestoreOffice365Credential", "StoreRecoveryCode", "TotpKey", "PasswordRecord", "CustomHeaders", "Authorization",
        "MYSQL_PWD", "ConnectionString",
    ];

    public static TheoryData<string> Secrets => [.. SecretNames];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Secret_IsNeverStored_AtAnyDepthAndInAnyShape(string name)
    {
        JsonNode[] values =
        [
            JsonValue.Create(Hidden),
            new JsonObject { ["a"] = Hidden, ["b"] = new JsonArray(Hidden) },
            new JsonArray(Hidden, new JsonObject { ["x"] = Hidden }),
        ];
        foreach (var value in values)
        {
            foreach (var before in new JsonNode?[] { null, new JsonObject { [name] = "old-" + Hidden } })
            {
                var leaf = new JsonObject { [name] = value.DeepClone() };
                var deep = new JsonObject { ["Sources"] = new JsonObject { ["id"] = new JsonObject { ["Many"] = new JsonArray(1, leaf.DeepClone()) } } };
                foreach (var change in new[] { new AuditChange(before, leaf), new AuditChange(leaf, before), new AuditChange(null, deep), new AuditChange(deep, null) })
                {
                    var found = change.Differences();

                    Assert.NotEmpty(found);
                    Assert.All(found, static d => Assert.DoesNotContain(Hidden, d.Path + d.Before + d.After, StringComparison.Ordinal));
                    Assert.Contains(found, static d => d.Secret is "set" or "changed" or "removed");
                }
            }
        }
    }

    [Fact]
    public void OnlyWhatDiffersIsStored_DownToTheLeaves()
    {
        var before = JsonNode.Parse("""{"AccountName":"a","Same":{"x":1},"Deep":{"n":1,"gone":"g","list":["a","b","c"]},"AllowPasswordLogin":true,"PasswordFormat":0}""");
        var after = JsonNode.Parse("""{"AccountName":"b","Same":{"x":1},"Deep":{"n":2,"list":["a","c"],"new":{"y":[]}},"AllowPasswordLogin":false,"PasswordFormat":5}""");

        Assert.Equal(
            [
                new AuditDifference("AccountName", "\"a\"", "\"b\""),
                new AuditDifference("Deep.n", "1", "2"),
                new AuditDifference("Deep.gone", "\"g\"", null),
                new AuditDifference("Deep.list[1]", "\"b\"", null),
                new AuditDifference("AllowPasswordLogin", "true", "false"),
                new AuditDifference("PasswordFormat", "0", "5"),
            ],
            new AuditChange(before, after).Differences());
    }

    [Theory]
    [InlineData("\"s\"", "{\"a\":1}", "x.a:  -> 1; x: \"s\" -> ")]
    [InlineData("[1]", "{\"0\":1}", "x.0:  -> 1; x[0]: 1 -> ")]
    [InlineData("null", "0", "x:  -> 0")]
    [InlineData("\"\"", "\"a\"", "x: \"\" -> \"a\"")]
    public void ValuesOfOtherKinds_AreBothTold(string before, string after, string told)
    {
        var found = new AuditChange(JsonNode.Parse($"{{\"x\":{before}}}"), JsonNode.Parse($"{{\"x\":{after}}}")).Differences();

        Assert.Equal(told, string.Join("; ", found.Select(static d => $"{d.Path}: {d.Before} -> {d.After}").Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void EmptySecret_ThatWasNotThere_IsNoChange() =>
        Assert.Empty(new AuditChange(new JsonObject(), new JsonObject { ["PasswordRecovery"] = "" }).Differences());

    [Fact]
    public void CredentialsInAnAddress_AreLeftOut()
    {
        var found = new AuditChange(null, new JsonObject { ["URL"] = $"https://me:{Hidden}@host/path" }).Differences();

        Assert.Equal("\"https://…@host/path\"", Assert.Single(found).After);
    }

    [Fact]
    public void HugeChanges_AreCutAndSayso()
    {
        var many = new JsonObject();
        for (var i = 0; i < AuditDifferences.Most + 7; i++)
        {
            many[$"f{i}"] = i;
        }

        var found = new AuditChange(null, many).Differences();
        Assert.Equal((AuditDifferences.Most + 1, "and 7 more fields"), (found.Count, found[^1].Path));

        var text = Assert.Single(new AuditChange(null, new JsonObject { ["Text"] = string.Concat(Enumerable.Repeat("😀", 5_000)) }).Differences()).After!;
        Assert.True(text.Length < AuditDifferences.LongestValue + 50);
        Assert.Contains("characters)", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhateverAStrangerSends_IsRecordedAndReadable()
    {
        await using var rig = await AuditRig.OpenAsync();
        var hostile = "\ud800" + new string('x', 100_000) + "\0\r\n";
        await rig.Log.RecordAsync(new AuditEvent(new Actor(ActorKind.Administrator, "\u202enimda\u2066 \u200fמנהל"), AuditActions.AdministratorSignInRefused, AuditTarget.Server));
        Assert.Equal(" nimda   מנהל", AuditEntry.Read(Assert.Single(await rig.EntriesAsync()).Json)!.Name); // a name can't dress up as another one
        await rig.Log.RecordAsync(new AuditEvent(new Actor(ActorKind.Administrator, hostile), AuditActions.AdministratorSignInRefused, AuditTarget.Administrator(hostile))
        {
            Note = hostile,
            Change = new AuditChange(null, new JsonObject { ["\ud800" + new string('k', 5_000)] = "\udfff", ["b"] = string.Concat(Enumerable.Repeat("😀", 5_000)) }),
        });

        var record = (await rig.EntriesAsync())[^1];
        var entry = AuditEntry.Read(record.Json)!;
        Assert.InRange(record.Json.Length, 1, 40_000);
        Assert.InRange(entry.Name.Length, 1, 300);
        Assert.DoesNotContain(entry.Name, static c => char.IsControl(c));
    }
}
