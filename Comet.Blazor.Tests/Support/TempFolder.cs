namespace Comet.Blazor.Tests.Support;

/// <summary>A folder that is gone after the test.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("comet-test-").FullName;

    public string Path { get; }

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        foreach (var folder in new[] { Path, Path + "-keys" }.Where(Directory.Exists)) // a server's keys are beside its data
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
