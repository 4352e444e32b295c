namespace EdgeGateway.ControlPlane.Http;

/// <summary>One thing wrong with a request.</summary>
/// <param name="Pointer">JSON pointer into the body, or <c>/name</c> of a query parameter.</param>
/// <param name="Detail">What is wrong and what would be right.</param>
internal sealed record FieldError(string Pointer, string Detail);

/// <summary>Collects everything wrong with a request, so that a client can mend it in one go.</summary>
internal sealed class ValidationErrors
{
    /// <summary>A body of a megabyte could be wrong in a hundred thousand places; nobody reads more than these.</summary>
    private const int Most = 100;

    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> All => _errors;

    public bool Any => _errors.Count > 0;

    public void Add(string pointer, string detail)
    {
        if (_errors.Count < Most)
        {
            _errors.Add(new FieldError(pointer, detail));
        }
    }
}
