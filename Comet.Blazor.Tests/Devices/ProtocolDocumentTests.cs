using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Devices;

/// <summary>docs/agent-protocol.md says what the code does: every message, field, action, close code and limit, and its examples are real.</summary>
public sealed partial class ProtocolDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Top(), "docs", "agent-protocol.md"));

    /// <summary>Type discriminator → record.</summary>
    private static readonly Dictionary<string, Type> Messages = typeof(AgentMessage).GetCustomAttributes<JsonDerivedTypeAttribute>().ToDictionary(static a => (string)a.TypeDiscriminator!, static a => a.DerivedType);

    /// <summary>Section of an action → the body that it describes.</summary>
    private static readonly Dictionary<string, Type[]> Bodies = new()
    {
        [AgentProtocol.Actions.RunBackup] = [typeof(RunBackup), typeof(BackupOptions), typeof(RunBackupAccepted)],
        [AgentProtocol.Actions.CancelJob] = [typeof(CancelJob)],
        [AgentProtocol.Actions.UpdatePassword] = [typeof(UpdatePassword)],
        [AgentProtocol.Actions.Uninstall] = [typeof(Uninstall)],
        [AgentProtocol.Actions.BrowseFolder] = [typeof(BrowseFolder), typeof(FolderPage)],
        [AgentProtocol.Actions.EstimateItem] = [typeof(EstimateItem), typeof(ItemEstimate)],
        [AgentProtocol.Actions.TestVault] = [typeof(TestVault), typeof(VaultTested)],
        [AgentProtocol.Actions.ListSnapshots] = [typeof(ListSnapshots), typeof(SnapshotPage)],
        [AgentProtocol.Actions.ApplyRetention] = [typeof(VaultWork)],
        [AgentProtocol.Actions.MeasureVault] = [typeof(VaultWork)],
        [AgentProtocol.Actions.UnlockVault] = [typeof(UnlockVault)],
        [AgentProtocol.Actions.DeleteSnapshots] = [typeof(DeleteSnapshots)],
        [AgentProtocol.DeviceActions.Profile] = [typeof(AgentProfile), typeof(AgentItem), typeof(AgentVault), typeof(AgentRetention)],
        [AgentProtocol.DeviceActions.ReportVault] = [typeof(VaultReport)],
        [AgentProtocol.DeviceActions.OfferVaultKey] = [typeof(OfferVaultKey), typeof(VaultKeyStored)],
    };

    public static TheoryData<string> Kinds => [.. Messages.Keys];

    public static TheoryData<string> AllActions => [.. Constants<string>(typeof(AgentProtocol.Actions)).Concat(Constants<string>(typeof(AgentProtocol.DeviceActions))).Select(static c => c.Value)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Message_HasASectionThatNamesItsFields(string kind)
    {
        var section = Section("### ", kind);

        var undocumented = Fields(Messages[kind]).Where(f => !section.Contains($"`{f}`", StringComparison.Ordinal));
        Assert.Empty(undocumented);
    }

    [Theory]
    [MemberData(nameof(AllActions))]
    public void Action_HasASectionThatNamesTheFieldsOfItsBodies(string action)
    {
        var section = Section("#### ", action);

        var undocumented = Bodies.GetValueOrDefault(action, []).SelectMany(Fields).Where(f => !Regex.IsMatch(section, $@"`([a-z]+(\[\])?\.)?{f}`"));
        Assert.Empty(undocumented);
    }

    [Fact]
    public void Document_DescribesNothingThatIsNotThere()
    {
        var known = Messages.Keys.Concat(AllActions.Select(static row => row.Data)).ToHashSet();

        var strange = Headings().Matches(Text).SelectMany(static h => Quoted().Matches(h.Value).Select(static q => q.Groups[1].Value)).Where(name => !known.Contains(name));
        Assert.Empty(strange);
    }

    [Fact]
    public void CloseCodes_AreAllInTheTable()
    {
        var table = Section("## ", "8. Close codes");

        Assert.Empty(Constants<int>(typeof(AgentProtocol.CloseCodes)).Where(c => !table.Contains($"| {c.Value} |", StringComparison.Ordinal)).Select(static c => c.Name));
    }

    [Fact]
    public void Limits_AreAllStatedWithTheirValue()
    {
        var head = Text[..Text.IndexOf("## 4.", StringComparison.Ordinal)];
        int[] values =
        [
            .. Constants<int>(typeof(AgentProtocol)).Select(static c => c.Value), AgentJson.Default.Options.MaxDepth, new LinkLimits().MaxFramesPerSecond, new LinkLimits().MaxAsked,
            new LinkLimits().MaxQueuedBytes, (int)new LinkLimits().SendStall.TotalSeconds, new LinkLimits().MaxArrivals, new LinkLimits().MaxArrivalsPerAddress, LoginProtection.Default.FailureThreshold, LoginProtection.Default.CooldownSeconds,
            (int)new LinkLimits().PingAfter.TotalSeconds,
        ];

        var missing = values.Where(v => !Regex.IsMatch(head, $@"\b{v.ToString(CultureInfo.InvariantCulture)}\b")).ToList();
        Assert.Empty(missing);
        Assert.Contains(AgentProtocol.Path, head, StringComparison.Ordinal);
        Assert.Contains(AgentProtocol.SubProtocol, head, StringComparison.Ordinal);
        Assert.Contains($"version {AgentProtocol.Version}", Text.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains(PasswordKeys.DefaultIterations.ToString(CultureInfo.InvariantCulture), Text, StringComparison.Ordinal);
        Assert.Contains($"{PasswordKeys.SaltBytes} bytes of salt", Text, StringComparison.Ordinal);
        Assert.Contains($"Method **{WrappedKeys.AesGcm}**", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusals_WaitAsLongAsTheTableSays()
    {
        var table = Section("## ", "8. Close codes");
        foreach (var refused in new[] { Refusals.BadMessage(""), Refusals.TooBig(1), Refusals.BadCredentials(""), Refusals.Forbidden(""), Refusals.Version })
        {
            Assert.Matches($@"\| {refused.Code} \|.*waits {refused.RetryAfterSeconds} s", table);
        }

        Assert.Equal(-1, Refusals.Revoked.RetryAfterSeconds);
    }

    [Fact]
    public void Examples_ParseAndLoseNothing()
    {
        var examples = Examples().Matches(Text);
        var seen = new HashSet<string>();
        foreach (Match example in examples)
        {
            var (type, json) = (example.Groups[1].Value.Trim(), example.Groups[2].Value);
            var shape = type.Length == 0 ? AgentJson.Default.GetTypeInfo(typeof(AgentMessage))! : AgentJson.Default.GetTypeInfo(typeof(AgentMessage).Assembly.GetType("Comet.Blazor.Wire." + type, throwOnError: true)!)!;
            var value = JsonSerializer.Deserialize(json, shape);

            Assert.NotNull(value);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonNode.Parse(JsonSerializer.Serialize(value, shape))), $"The example says more or less than the record keeps: {json}");
            seen.Add(value.GetType().Name);
            CheckBody(value);
        }

        Assert.Subset(seen, Messages.Values.Concat(Bodies.Values.Select(static b => b[0])).Select(static t => t.Name).ToHashSet());
    }

    [Fact]
    public void Examples_AreAcceptedByTheServersChecks()
    {
        foreach (var message in Examples().Matches(Text).Where(static e => e.Groups[1].Value.Trim().Length == 0).Select(static e => JsonSerializer.Deserialize(e.Groups[2].Value, AgentJson.Default.AgentMessage)!))
        {
            Assert.Null(message switch
            {
                AskSalt m => HelloCheck.Complaint(m),
                Hello m => HelloCheck.Complaint(m, m.Username, out _),
                JobMessage m => HelloCheck.Complaint(m),
                JobProgress m => HelloCheck.Complaint(m),
                _ => null,
            });
        }
    }

    private static void CheckBody(object value)
    {
        if (value is Request { Action: AgentProtocol.Actions.RunBackup } request)
        {
            Assert.NotNull(request.Body!.Value.Deserialize(AgentJson.Default.RunBackup));
        }
        else if (value is Response response)
        {
            Assert.NotNull(response.Body!.Value.Deserialize(AgentJson.Default.RunBackupAccepted));
        }
    }

    /// <summary>JSON names of a record, those of the records in it included.</summary>
    private static IEnumerable<string> Fields(Type type) => (AgentJson.Default.GetTypeInfo(type)?.Properties ?? (IEnumerable<JsonPropertyInfo>)[]).SelectMany(static p =>
    {
        var inner = p.PropertyType.IsArray ? p.PropertyType.GetElementType()! : p.PropertyType;
        return inner.Namespace == typeof(AgentMessage).Namespace ? Fields(inner).Prepend(p.Name) : [p.Name];
    });

    private static string Section(string level, string name)
    {
        var mark = level.TrimEnd();
        var start = Regex.Match(Text, $@"^{mark} ([^\n]*`{Regex.Escape(name)}`[^\n]*|{Regex.Escape(name)})\n", RegexOptions.Multiline);
        Assert.True(start.Success, $"docs/agent-protocol.md has no section for {name}.");
        var end = Regex.Match(Text[(start.Index + start.Length)..], $@"^#{{2,{mark.Length}}} ", RegexOptions.Multiline);
        return Text.Substring(start.Index, start.Length + (end.Success ? end.Index : Text.Length - start.Index - start.Length));
    }

    private static IEnumerable<(string Name, T Value)> Constants<T>(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(static f => f.IsLiteral && f.FieldType == typeof(T)).Select(static f => (f.Name, (T)f.GetRawConstantValue()!));

    private static string Top([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [GeneratedRegex(@"^###+ .*$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"```json([^\n]*)\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Examples();
}
