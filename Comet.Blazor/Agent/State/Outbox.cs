using System.Text.Json;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.State;

/// <summary>
/// Job messages that the server has not acknowledged, on disk: a file of lines that only grows, synced at every message, and written anew
/// when most of it is acknowledged. It belongs to one account. Safe for any thread.
/// </summary>
public sealed class Outbox : IDisposable
{
    private const int CompactBytes = 256 * 1024;
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly AgentConsole _console;
    private readonly Queue<JobMessage> _pending = new();
    private FileStream _file;
    private long _acknowledged;
    private long _last;
    private long _head;
    private bool _dirty;
    private bool _closed;

    private Outbox(string path, AgentConsole console, FileStream file, string newEpoch)
    {
        (_path, _console, _file) = (path, console, file);
        Epoch = newEpoch;
    }

    /// <summary>Something came in, or was acknowledged.</summary>
    public event Action? Changed;

    /// <summary>Random id of this numbering.</summary>
    public string Epoch { get; private set; }

    /// <summary>The last sequence that is known to be stored on the server.</summary>
    public long Acknowledged
    {
        get
        {
            lock (_gate)
            {
                return _acknowledged;
            }
        }
    }

    /// <summary>The jobs that have messages waiting, oldest first.</summary>
    public IReadOnlyList<string> Jobs
    {
        get
        {
            lock (_gate)
            {
                return [.. _pending.Select(static m => m.JobId).Distinct()];
            }
        }
    }

    /// <summary>Opens the outbox of an account; a last line that a crash has cut off is dropped, for nobody was told that it is safe.</summary>
    /// <param name="state">Where it is.</param>
    /// <param name="accountId">The account.</param>
    /// <param name="newEpoch">Its epoch if there is none yet.</param>
    /// <param name="console">Told when the disk refuses.</param>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    public static Outbox Open(StateFolder state, string accountId, string newEpoch, AgentConsole console)
    {
        var path = state.Sub("outbox", StateFolder.NameFor(accountId) + ".jsonl");
        var outbox = new Outbox(path, console, DurableFile.Open(path, FileMode.OpenOrCreate), newEpoch);
        try
        {
            outbox.Load();
            return outbox;
        }
        catch
        {
            outbox.Dispose();
            throw;
        }
    }

    /// <summary>Adds a message, made from its sequence; when this returns it is on disk. If the disk refuses, it is kept in memory and written with the next one.</summary>
    public void Append(Func<long, JobMessage> make)
    {
        lock (_gate)
        {
            var message = make(++_last);
            _pending.Enqueue(message);
            Store(() => WriteLine(JsonSerializer.SerializeToUtf8Bytes(message, AgentJson.Default.AgentMessage)));
        }

        Changed?.Invoke();
    }

    /// <summary>The server has stored everything up to this sequence.</summary>
    public void Acknowledge(long sequence)
    {
        lock (_gate)
        {
            while (_pending.TryPeek(out var message) && message.Seq <= sequence)
            {
                _acknowledged = _pending.Dequeue().Seq;
            }

            // Acknowledgements are not written: a message that is sent again is known to the server by its number.
            if (_pending.Count == 0 && _file.Length > CompactBytes)
            {
                Store(Rewrite);
            }
        }

        Changed?.Invoke();
    }

    /// <summary>Messages after this sequence, at most so many.</summary>
    public IReadOnlyList<JobMessage> After(long sequence, int count)
    {
        lock (_gate)
        {
            return [.. _pending.SkipWhile(m => m.Seq <= sequence).Take(count)];
        }
    }

    /// <summary>
    /// Compares with what the server has stored of this epoch. False when the two can't belong together, because one of them was restored
    /// from an older copy: then what waits has been numbered anew under a new epoch, and the agent must sign in with that.
    /// </summary>
    public bool Agree(long storedOnServer)
    {
        lock (_gate)
        {
            if (storedOnServer <= _last && storedOnServer >= _acknowledged)
            {
                Acknowledge(storedOnServer);
                return true;
            }

            Epoch = Outboxes.NewEpoch();
            var waiting = _pending.ToArray();
            _pending.Clear();
            (_acknowledged, _last) = (0, 0);
            foreach (var message in waiting)
            {
                _pending.Enqueue(message with { Seq = ++_last });
            }

            Store(Rewrite);
            return false;
        }
    }

    /// <summary>Closes the file, without what is acknowledged.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_closed && (_dirty || _acknowledged > _head))
            {
                Store(Rewrite);
            }

            _closed = true;
            _file.Dispose();
        }
    }

    private void Load()
    {
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        var whole = 0;
        for (var end = Array.IndexOf(bytes, (byte)'\n'); end >= 0; end = Array.IndexOf(bytes, (byte)'\n', whole))
        {
            if (!TryLoad(bytes.AsSpan(whole, end - whole), first: whole == 0))
            {
                _console.Say($"The outbox {_path} is damaged after {whole} bytes; what follows there is lost.");
                break;
            }

            whole = end + 1;
        }

        if (whole == 0)
        {
            Rewrite();
            return;
        }

        _file.SetLength(whole);
        _file.Position = whole;
    }

    private bool TryLoad(ReadOnlySpan<byte> line, bool first)
    {
        try
        {
            if (first)
            {
                var head = JsonSerializer.Deserialize(line, StateJson.Default.OutboxHead)!;
                (Epoch, _acknowledged, _last, _head) = (head.Epoch, head.Acknowledged, head.Acknowledged, head.Acknowledged);
                return true;
            }

            if (JsonSerializer.Deserialize(line, AgentJson.Default.AgentMessage) is not JobMessage message || message.Seq != _last + 1)
            {
                return false;
            }

            _pending.Enqueue(message);
            _last = message.Seq;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Store(Action write)
    {
        try
        {
            if (_dirty)
            {
                Rewrite();
            }
            else
            {
                write();
            }

            _dirty = false;
        }
        catch (IOException ex)
        {
            _dirty = true; // whatever stands in the file now, the next success replaces it
            _console.SayOnce($"The outbox {_path} could not be written: {ex.Message} Make room on this disk: until then, reports of jobs are lost if the agent stops.");
        }
    }

    private void WriteLine(byte[] line)
    {
        _file.Write([.. line, (byte)'\n']);
        _file.Flush(flushToDisk: true);
    }

    private void Rewrite()
    {
        using var content = new MemoryStream();
        content.Write(JsonSerializer.SerializeToUtf8Bytes(new OutboxHead(Epoch, _acknowledged), StateJson.Default.OutboxHead));
        content.WriteByte((byte)'\n');
        _head = _acknowledged;
        foreach (var message in _pending)
        {
            content.Write(JsonSerializer.SerializeToUtf8Bytes<AgentMessage>(message, AgentJson.Default.AgentMessage));
            content.WriteByte((byte)'\n');
        }

        _file.Dispose(); // Windows replaces no open file
        try
        {
            DurableFile.Write(_path, content.GetBuffer().AsSpan(0, (int)content.Length));
        }
        finally
        {
            _file = DurableFile.Open(_path, FileMode.OpenOrCreate);
            _file.Position = _file.Length;
        }
    }
}
