using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeGateway.DataPath.Listen;

/// <summary>
/// The web framework's pipeline, whatever type its requests have. With that type in a signature the native compiler would have to prepare
/// for a lane before a lane before a lane.
/// </summary>
internal abstract class Pipeline
{
    public static Pipeline Of<TContext>(IHttpApplication<TContext> application)
        where TContext : notnull => new Typed<TContext>(application);

    public abstract object Begin(IFeatureCollection features);

    public abstract Task ProcessAsync(object request);

    public abstract void End(object request, Exception? exception);

    private sealed class Typed<TContext>(IHttpApplication<TContext> application) : Pipeline
        where TContext : notnull
    {
        public override object Begin(IFeatureCollection features) => application.CreateContext(features);

        public override Task ProcessAsync(object request) => application.ProcessRequestAsync((TContext)request);

        public override void End(object request, Exception? exception) => application.DisposeContext((TContext)request, exception);
    }
}
