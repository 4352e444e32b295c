namespace EdgeGateway.ControlPlane.Http;

/// <summary>
/// Makes the request delegate of a route from a handler that says what to answer. What a handler needs of a request it reads itself
/// (<see cref="Address"/>, <see cref="BodyReader"/>): binding it to parameters would cost native code for each signature.
/// </summary>
internal static class Answering
{
    /// <summary>With the same whatever the request says.</summary>
    public static RequestDelegate With(Func<IResult> handler) => context => handler().ExecuteAsync(context);

    public static RequestDelegate With(Func<HttpContext, IResult> handler) => context => handler(context).ExecuteAsync(context);

    public static RequestDelegate With(Func<HttpContext, Task<IResult>> handler) => async context => await (await handler(context)).ExecuteAsync(context);
}
