using Comet.Blazor.Data;
using Comet.Blazor.Features.Storage.Lists;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Features.Storage.Pages;
using Comet.Blazor.Features.Storage.Templates;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Ui.Settings;
using MudBlazor;

namespace Comet.Blazor.Features.Storage;

/// <summary>Composition of the storage feature.</summary>
public static class StorageFeature
{
    /// <summary>Registers its services and menu entries.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSingleton<BucketStore>();
        services.AddSingleton<IOpenAtStart>(sp => sp.GetRequiredService<BucketStore>());
        services.AddSingleton<IBuckets>(sp => sp.GetRequiredService<BucketStore>());
        services.AddSingleton<BucketKeys>().AddSingleton<BucketSizes>().AddSingleton<ObjectUpload>();
        services.AddHostedService(sp => sp.GetRequiredService<BucketSizes>());
        services.AddSingleton<ObjectEndpoints>().AddSingleton<StorageEndpoints>();
        services.AddSingleton<StorageListener>();
        services.AddHostedService(sp => sp.GetRequiredService<StorageListener>());
        services.AddSingleton<StorageAddress>().AddSingleton<CreateBucket>().AddSingleton<DeleteBucket>();
        services.AddSingleton<BucketLists>();
        services.AddSingleton(new AuditLink(AuditTargetKind.Bucket, static _ => "/storage/buckets"));
        services.AddSingleton(new MenuEntry(MenuGroup.Storage, 10, "Local storage buckets", "/storage/buckets", Icons.Material.Rounded.Storage) { Needs = Right.StorageView });
        services.AddSingleton<RemoteStorageRole>();
        services.AddSingleton<StoredTemplates>().AddSingleton<ReadStorageTemplates>().AddSingleton<SaveStorageTemplates>().AddSingleton<TestStorageTemplate>().AddSingleton<StorageTemplates>();
        services.AddSingleton(new SettingsSection(50, "Storage Templates", TemplatesPage.Href, Right.StorageTemplatesEdit));
        services.AddSingleton<IOpenAtStart>(sp => sp.GetRequiredService<StorageTemplates>());
        services.AddSingleton<IStorageTemplates>(sp => sp.GetRequiredService<StorageTemplates>());
        return services;
    }

    /// <summary>Maps its endpoints.</summary>
    public static IEndpointRouteBuilder MapStorage(this IEndpointRouteBuilder routes)
    {
        // Own credentials in each request, none of the pages' cookies.
        routes.Map("/storage/{bucket}/{**object}", routes.ServiceProvider.GetRequiredService<StorageEndpoints>().HandleAsync).WithOwnCredentials();

        // What names no bucket is no page either: a client must not be led to the sign-in.
        routes.Map("/storage/{**rest}", static () => Results.NotFound()).WithOwnCredentials();
        routes.MapStorageApi();
        return routes;
    }
}
