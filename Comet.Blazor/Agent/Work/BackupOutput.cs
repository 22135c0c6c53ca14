using System.Globalization;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Vaults;

namespace Comet.Blazor.Agent.Work;

/// <summary>Listens to one <c>restic backup --json</c>: progress, unreadable files, refusals of the storage, the summary.</summary>
/// <param name="report">Where it is told.</param>
/// <param name="repository">Knows what must not be told.</param>
/// <param name="refused">Called when restic must not go on: at the first refusal that it would repeat in vain, and at an overrun of the quota.</param>
public sealed class BackupOutput(JobReport report, Repository repository, Action refused)
{
    private const int MaxTail = 5;
    private const int MaxPaths = 10_000;
    private const int MaxRetries = 20;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private readonly Queue<string> _tail = new();
    private int _retries;

    /// <summary>Takes reports of progress instead of the job; null to leave them to restic.</summary>
    public Action? OnProgress { get; init; }

    /// <summary>How much the item may select, for a backup of files; null when there is no limit.</summary>
    public QuotaShare? Share { get; init; }

    /// <summary>Bytes that restic has found when they became too many, though the count before was not; null when they did not.</summary>
    public long? Overrun { get; private set; }

    /// <summary>The summary; null when restic told none.</summary>
    public ResticLine? Summary { get; private set; }

    /// <summary>The storage's refusal; null when there was none.</summary>
    public StorageRefusal? Refusal { get; private set; }

    /// <summary>True when a selected path disappeared before restic came to it.</summary>
    public bool PathVanished { get; private set; }

    /// <summary>The last lines of plain text, for an error that nothing else explains.</summary>
    public string Tail
    {
        get
        {
            lock (_gate)
            {
                return string.Join(' ', _tail);
            }
        }
    }

    /// <summary>A line of either stream.</summary>
    public void Hear(string raw)
    {
        var line = Clean(raw);
        if (line.Length == 0)
        {
            return;
        }

        if (ResticOutput.Read(line) is { } told)
        {
            HearJson(told);
            return;
        }

        lock (_gate)
        {
            HearText(line);
        }
    }

    private static string Clean(string raw)
    {
        // restic clears the terminal's line before it speaks of a signal.
        var line = raw.Contains('\x1b') ? raw.Replace("\x1b[2K", "", StringComparison.Ordinal) : raw;
        return line.AsSpan().ContainsAnyInRange('\0', '\x1f') ? new string([.. line.Where(static c => !char.IsControl(c))]).Trim() : line.Trim();
    }

    private void HearJson(ResticLine line)
    {
        switch (line.MessageType)
        {
            case "status" when OnProgress is not null:
                OnProgress();
                break;
            case "status":
                if (Overrun is null && Share?.Take(Math.Max(line.TotalBytes, line.BytesDone)) == false)
                {
                    Overrun = Math.Max(line.TotalBytes, line.BytesDone);
                    refused();
                }

                report.Progress(line.BytesDone, line.TotalBytes, line.FilesDone, line.TotalFiles, [.. (line.CurrentFiles ?? []).Take(8)]);
                break;
            case "summary":
                Summary = line;
                break;
            case "error":
                var path = line.Item ?? "";
                lock (_gate)
                {
                    if (_unreadable.Count >= MaxPaths || _unreadable.Add(path))
                    {
                        report.Warn(repository.WithoutSecrets($"{path}: {ResticOutput.Describe(line.Error)}"));
                    }
                }

                break;
            default:
                break; // a kind that only a newer restic has
        }
    }

    private void HearText(string line)
    {
        if (ResticOutput.Refusal(line) is { } told)
        {
            if (Refusal is null)
            {
                Refusal = told;
                refused();
            }

            return;
        }

        if (line.Contains("returned error, retrying after", StringComparison.Ordinal))
        {
            if (++_retries <= MaxRetries)
            {
                report.Warn(repository.WithoutSecrets(line) + (_retries == MaxRetries ? " Further attempts are not shown." : ""));
            }
        }
        else if (line.EndsWith("does not exist, skipping", StringComparison.Ordinal))
        {
            PathVanished = true;
            report.Warn(line);
        }
        else if (!line.StartsWith("Warning: at least one source file", StringComparison.Ordinal) && !line.Contains("signal interrupt received", StringComparison.Ordinal))
        {
            _tail.Enqueue(repository.WithoutSecrets(line));
            if (_tail.Count > MaxTail)
            {
                _tail.Dequeue();
            }
        }
    }

    /// <summary>Why restic failed, in a sentence.</summary>
    /// <param name="exitCode">Its exit code.</param>
    public string Explain(int exitCode)
    {
        var text = Tail;
        return text.Contains("wrong password or no key found", StringComparison.Ordinal)
            ? "The Storage Vault's key does not open its repository: the bucket's content was replaced. Bring the right content back, or request a new Storage Vault."
            : string.Create(CultureInfo.InvariantCulture, $"restic ended with exit code {exitCode}{(text.Length > 0 ? $": {text}" : " and said nothing.")}");
    }
}
