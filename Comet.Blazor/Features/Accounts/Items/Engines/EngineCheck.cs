using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items.Engines;

/// <summary>What the settings of an engine must be, each refusal a sentence that says what to do.</summary>
public static class EngineCheck
{
    private const int MaxEntries = 1_000;
    private const int MaxText = 4_096;
    private const int MaxOther = 65_536;
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>Checks the settings. Of an engine without an editor only that they can be kept.</summary>
    /// <param name="engine">Such as engine1/file.</param>
    /// <param name="props">EngineProps; texts throughout.</param>
    /// <param name="os">The device's operating system; empty when unknown.</param>
    public static Outcome Check(string engine, JsonObject props, string os) => Size(props) is { Ok: false } size ? size : engine switch
    {
        ItemEngines.File => Files(new FileSelection(props), os),
        ItemEngines.Stdout => Program(new ProgramSelection(props)),
        ItemEngines.MySql => MySql(new MySqlSelection(props)),
        _ => Outcome.Done,
    };

    /// <summary>True when the path is absolute on that operating system; on an unknown one, when it is absolute on any.</summary>
    public static bool IsAbsolute(string path, string os)
    {
        var unix = path.StartsWith('/');
        var windows = path.StartsWith(@"\\", StringComparison.Ordinal) && path.Length > 2
            || path.Length >= 3 && char.IsAsciiLetter(path[0]) && path[1] == ':' && path[2] is '\\' or '/';
        return os switch
        {
            "windows" => windows,
            "" => unix || windows,
            _ => unix,
        };
    }

    /// <summary>The text as a message may show it.</summary>
    public static string Shown(string text) => new([.. text.Take(100).Select(static c => char.IsControl(c) ? '\ufffd' : c)]);

    private static Outcome Size(JsonObject props) =>
        props.Count > 5 * MaxEntries ? Outcome.Invalid($"At most {5 * MaxEntries} settings are allowed.")
        : props.FirstOrDefault(static p => p.Key.Trim().Length == 0 || p.Key.Length > 255 || p.Key.Any(char.IsControl)).Key is { } key
            ? Outcome.Invalid($"The setting {Shown(key)} needs a name of 1 to 255 characters.")
        : props.FirstOrDefault(p => props.Text(p.Key).Length > MaxOther).Key is { } large ? Outcome.Invalid($"The setting {Shown(large)} is longer than {MaxOther} characters.")
        : Outcome.Done;

    private static Outcome Files(FileSelection files, string os)
    {
        var (paths, inclusions) = (files.Paths, files.Inclusions);
        if (paths.Count == 0 && inclusions.Count == 0)
        {
            return Outcome.Invalid("Name at least one path to back up.");
        }

        if (paths.Count > MaxEntries || files.Exclusions.Count > MaxEntries || files.RegexExclusions.Count > MaxEntries || inclusions.Count > MaxEntries)
        {
            return Outcome.Invalid($"At most {MaxEntries} paths and {MaxEntries} exclusions are allowed.");
        }

        return paths.Select(p => Path("path", p, os)).Concat(inclusions.Select(i => Path("folder", i.Folder, os)))
            .Concat(files.Exclusions.Select(static e => Text("exclusion", e))).Concat(inclusions.Where(static i => !i.IsRegex).Select(static i => Text("pattern", i.Pattern)))
            .Concat(files.RegexExclusions.Concat(inclusions.Where(static i => i.IsRegex).Select(static i => i.Pattern)).Select(Expression))
            .FirstOrDefault(static o => !o.Ok, Outcome.Done);
    }

    private static Outcome Path(string what, string path, string os) =>
        path.Length > MaxText || path.Any(char.IsControl) ? Outcome.Invalid($"The {what} {Shown(path)} is longer than {MaxText} characters or holds a control character.")
        : IsAbsolute(path, os) ? Outcome.Done
        : Outcome.Invalid($"The {what} {Shown(path)} must be absolute, such as " + os switch { "windows" => @"C:\Users or \\server\share.", "" => @"/home or C:\Users.", _ => "/home." });

    private static Outcome Text(string what, string text) => text.Trim().Length == 0 || text.Length > MaxText || text.Any(char.IsControl)
        ? Outcome.Invalid($"The {what} {Shown(text)} is empty, longer than {MaxText} characters, or holds a control character.") : Outcome.Done;

    private static Outcome Expression(string pattern)
    {
        if (Text("regular expression", pattern) is { Ok: false } wrong)
        {
            return wrong;
        }

        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return Outcome.Done;
        }
        catch (ArgumentException ex)
        {
            return Outcome.Invalid($"{Shown(pattern)} is no regular expression: {ex.Message}");
        }
    }

    private static Outcome Program(ProgramSelection program)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var command in program.Commands)
        {
            if (command.Command.Trim().Length == 0 || command.Command.Length > MaxText || command.Command.Any(static c => char.IsControl(c) && c != '\t'))
            {
                return Outcome.Invalid($"Give the command whose output is backed up, on one line of at most {MaxText} characters.");
            }

            if (command.SaveAs.Trim().Length is 0 or > 255 || command.SaveAs.AsSpan().ContainsAny('/', '\\') || command.SaveAs.Any(char.IsControl) || command.SaveAs is "." or "..")
            {
                return Outcome.Invalid($"Give the output of {Shown(command.Command)} a file name without folders, such as dump.sql.");
            }

            if (command.WorkDir.Length > MaxText || command.WorkDir.Any(char.IsControl))
            {
                return Outcome.Invalid($"The folder {Shown(command.WorkDir)} is longer than {MaxText} characters or holds a control character.");
            }

            if (!names.Add(command.SaveAs))
            {
                return Outcome.Invalid($"Two commands save their output as {Shown(command.SaveAs)}. Give each its own file name.");
            }
        }

        return Outcome.Done;
    }

    private static Outcome MySql(MySqlSelection mysql) =>
        mysql.Port.Length > 0 && !(int.TryParse(mysql.Port, NumberStyles.None, English, out var port) && port is > 0 and < 65_536) ? Outcome.Invalid("The port must be 1 to 65535, or empty for 3306.")
        : mysql.Host.Any(static c => char.IsControl(c) || char.IsWhiteSpace(c)) ? Outcome.Invalid("The host must be a name or an address without spaces.")
        : mysql.Username.Length == 0 ? Outcome.Invalid("Name the database user who reads the databases.")
        : !mysql.All && mysql.Databases.Count == 0 ? Outcome.Invalid("Name at least one database, or choose all databases.")
        : mysql.Databases.Concat(mysql.Except).Select(static d => Text("database", d)).FirstOrDefault(static o => !o.Ok, Outcome.Done) is { Ok: false } name ? name
        : (mysql.TlsCert.Length == 0) != (mysql.TlsKey.Length == 0) ? Outcome.Invalid("A client certificate needs both files, the certificate and its key.")
        : Outcome.Done;
}
