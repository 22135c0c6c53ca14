using System.Diagnostics;
using System.Globalization;
using Comet.Blazor.Data;

namespace Comet.Blazor.Tests.Data
{
    /// <summary>A process of its own that writes to a store until it is killed and says what was acknowledged.</summary>
    public static class StoreChild
    {
        public const int Callers = 16;
        private const string Variable = "COMET_TEST_STORE";

        /// <summary>Starts it; its lines are "caller number", one for each acknowledged record.</summary>
        public static Process Start(string path, int round)
        {
            var assembly = typeof(StoreChild).Assembly.Location;
            var start = new ProcessStartInfo("dotnet", [assembly]) { RedirectStandardOutput = true, RedirectStandardInput = true };
            start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;
            start.Environment[Variable] = $"{round} {path}";
            return Process.Start(start)!;
        }

        /// <summary>Runs before the test program's own beginning, in the child only.</summary>
        public static void RunIfChild()
        {
            if (Environment.GetEnvironmentVariable(Variable)?.Split(' ', 2) is [var round, var path])
            {
                RunAsync(int.Parse(round, CultureInfo.InvariantCulture), path).GetAwaiter().GetResult();
            }
        }

        /// <summary>The key of a caller's nth record in a round.</summary>
        public static long Key(int round, int caller, int number) => ((((long)round * Callers) + caller) * 1_000_000) + number;

        private static async Task RunAsync(int round, string path)
        {
            // A small log, so that kills also hit checkpoints.
            var db = await CometDb.OpenAsync(Comet.Blazor.Data.Disk.RealDisk.Instance, path, DbSchema.First("test"), TimeProvider.System, 64, CancellationToken.None);
            await using var output = Console.OpenStandardOutput();
            var gate = new Lock();
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                for (var number = 0; ; number++)
                {
                    var record = StoreModel.Record(Key(round, caller, number), 1);
                    await db.AppendAsync(
                        w =>
                        {
                            w.Put(StoreModel.Rows, record);
                            return true;
                        },
                        CancellationToken.None);
                    lock (gate)
                    {
                        output.Write(System.Text.Encoding.ASCII.GetBytes($"{caller} {number}\n"));
                    }
                }
            })));
        }
    }
}

/// <summary>Called by the runtime where DOTNET_STARTUP_HOOKS names this assembly; must have this name and no namespace.</summary>
internal static class StartupHook
{
    public static void Initialize() => Comet.Blazor.Tests.Data.StoreChild.RunIfChild();
}
