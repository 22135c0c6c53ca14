using Comet.Blazor.Agent;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>The outbox on disk: nothing that was appended is lost, and numbers stay in step with the server's.</summary>
public sealed class OutboxTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _said = new();
    private readonly StateFolder _state;
    private Outbox _box;

    public OutboxTests()
    {
        _state = StateFolder.Open(_folder.Sub("state"));
        _box = Open();
    }

    private string File => Directory.GetFiles(Path.Combine(_state.Path, "outbox"), "*.jsonl").Single();

    [Fact]
    public void Append_ThenReopened_KeepsMessagesInOrder()
    {
        Add(3);
        var epoch = _box.Epoch;

        Reopen();

        Assert.Equal(epoch, _box.Epoch);
        Assert.Equal([1, 2, 3], Sequences());
        Add(1);
        Assert.Equal([1, 2, 3, 4], Sequences());
    }

    [Fact]
    public void Acknowledge_Some_DropsThemAndAgreesWithTheServerAfterAReopen()
    {
        Add(5);
        _box.Acknowledge(3);
        Assert.Equal([4, 5], Sequences());

        Reopen();

        Assert.True(_box.Agree(3));
        Assert.Equal([4, 5], Sequences());
    }

    [Fact]
    public void Reopen_LastLineCutOff_DropsItAndGoesOn()
    {
        Add(3);
        _box.Dispose();
        var bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, bytes[..^5]);

        _box = Open();
        Add(1);

        Assert.Equal([1, 2, 3], Sequences());
        Reopen();
        Assert.Equal([1, 2, 3], Sequences());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void Agree_ServerRestoredFromACopyOrAhead_NumbersAnewUnderANewEpoch(long stored)
    {
        Add(5);
        _box.Acknowledge(3);
        var epoch = _box.Epoch;

        Assert.False(_box.Agree(stored));

        Assert.NotEqual(epoch, _box.Epoch);
        Assert.Equal([1, 2], Sequences());
        epoch = _box.Epoch;
        Reopen();
        Assert.Equal((epoch, true), (_box.Epoch, _box.Agree(0)));
        Assert.Equal([1, 2], Sequences());
    }

    [Fact]
    public void Acknowledge_AllOfALargeFile_ShrinksIt()
    {
        for (var i = 0; i < 100; i++)
        {
            _box.Append(seq => new JobLog(seq, Guid.Empty.ToString(), [new LogLine(1, "I", new string('x', 4000))]));
        }

        _box.Acknowledge(100);

        Assert.InRange(new FileInfo(File).Length, 1, 200);
        Add(1);
        Reopen();
        Assert.Equal([101], Sequences());
    }

    [Fact]
    public void Append_DiskRefuses_KeepsInMemoryAndWritesWithTheNext()
    {
        using var disk = new SmallDisk(_folder.Sub("small"), 1);
        using var state = StateFolder.Open(_folder.Sub("small/state"));
        using var box = Outbox.Open(state, "account", "epoch-1", new AgentConsole(_said, TimeProvider.System));
        var ballast = _folder.Sub("small/ballast");
        using (var file = System.IO.File.Create(ballast))
        {
            void Fill()
            {
                while (true)
                {
                    file.Write(new byte[4096]);
                    file.Flush(flushToDisk: true);
                }
            }

            Assert.Throws<IOException>(Fill);
        }

        for (var i = 0; i < 3; i++)
        {
            box.Append(static seq => new JobLog(seq, Guid.Empty.ToString(), [new LogLine(1, "I", new string('x', 4000))]));
        }

        Assert.Contains("Make room on this disk", _said.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, box.After(0, 10).Count);
        System.IO.File.Delete(ballast);
        box.Append(static seq => new JobFinished(seq, Guid.Empty.ToString(), JobStatus.Success, 1, null));
        box.Dispose();
        using var again = Outbox.Open(state, "account", "other", new AgentConsole(_said, TimeProvider.System));
        Assert.Equal(("epoch-1", 4), (again.Epoch, again.After(0, 10).Count));
    }

    public void Dispose()
    {
        _box.Dispose();
        _state.Dispose();
        _folder.Dispose();
        _said.Dispose();
    }

    private Outbox Open() => Outbox.Open(_state, "account", Outboxes.NewEpoch(), new AgentConsole(_said, TimeProvider.System));

    private void Reopen()
    {
        _box.Dispose();
        _box = Open();
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _box.Append(static seq => new JobFinished(seq, Guid.Empty.ToString(), JobStatus.Success, 1, null));
        }
    }

    private IEnumerable<long> Sequences() => _box.After(0, 100).Select(static m => m.Seq);
}
