using Comet.Blazor.App;
using Comet.Blazor.App.Start;

return args switch
{
    ["help"] or ["--help"] or ["-h"] => Usage.Print(),
    ["agent", .. var rest] => await AgentStart.RunAsync(rest),
    _ => await ServerHost.RunAsync(args),
};
