using Comet.Blazor.App;

return await ServerHost.RunAsync(args);
