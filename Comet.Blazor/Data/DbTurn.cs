namespace Comet.Blazor.Data;

/// <summary>One place in the queue.</summary>
/// <param name="ct">Whoever has gone before the turn began gets nothing done.</param>
internal abstract class DbTurn(CancellationToken ct)
{
    /// <summary>True when it may share a transaction with its neighbours.</summary>
    public virtual bool Joins => false;

    /// <summary>True when the caller does not wait any more; then it is answered.</summary>
    public bool IsGone()
    {
        if (!ct.IsCancellationRequested)
        {
            return false;
        }

        Refuse(new OperationCanceledException(ct));
        return true;
    }

    /// <summary>Answers with an exception.</summary>
    public abstract void Refuse(Exception ex);
}

/// <summary>A read.</summary>
internal sealed class DbReadTurn<T>(Func<DbReader, T> read, CancellationToken ct) : DbReadTurn(ct)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer.</summary>
    public Task<T> Answer => _answer.Task;

    /// <inheritdoc />
    public override void Run(DbEngine engine)
    {
        var reader = new DbReader(engine);
        try
        {
            _answer.TrySetResult(read(reader));
        }
        catch (Exception ex)
        {
            Refuse(ex);
        }
        finally
        {
            reader.End();
        }
    }

    /// <inheritdoc />
    public override void Refuse(Exception ex)
    {
        if (ex is OperationCanceledException cancelled)
        {
            _answer.TrySetCanceled(cancelled.CancellationToken);
        }
        else
        {
            _answer.TrySetException(ex);
        }
    }
}

/// <summary>A read.</summary>
internal abstract class DbReadTurn(CancellationToken ct) : DbTurn(ct)
{
    /// <summary>Runs and answers.</summary>
    public abstract void Run(DbEngine engine);
}

/// <summary>A write.</summary>
internal abstract class DbWriteTurn(CancellationToken ct) : DbTurn(ct)
{
    /// <summary>Runs the caller's part; false when it failed and was answered. Then its writes are dropped.</summary>
    public abstract bool Stage(DbStaging staging);

    /// <summary>After the commit: runs what the caller wants done, and answers.</summary>
    public abstract void Finish();
}

/// <summary>A write.</summary>
internal sealed class DbWriteTurn<T>(Func<DbWriter, T> write, bool joins, CancellationToken ct) : DbWriteTurn(ct)
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<Action> _after = [];
    private T _value = default!;

    /// <inheritdoc />
    public override bool Joins => joins;

    /// <summary>The answer.</summary>
    public Task<T> Answer => _answer.Task;

    /// <inheritdoc />
    public override bool Stage(DbStaging staging)
    {
        var writer = new DbWriter(staging);
        try
        {
            _value = write(writer);
            _after = writer.After;
            staging.Keep();
            return true;
        }
        catch (Exception ex)
        {
            staging.Drop();
            Refuse(ex);
            return false;
        }
        finally
        {
            writer.End();
        }
    }

    /// <inheritdoc />
    public override void Finish()
    {
        try
        {
            foreach (var action in _after)
            {
                action();
            }

            _answer.TrySetResult(_value);
        }
        catch (Exception ex)
        {
            Refuse(ex);
        }
    }

    /// <inheritdoc />
    public override void Refuse(Exception ex)
    {
        if (ex is OperationCanceledException cancelled)
        {
            _answer.TrySetCanceled(cancelled.CancellationToken);
        }
        else
        {
            _answer.TrySetException(ex);
        }
    }
}
