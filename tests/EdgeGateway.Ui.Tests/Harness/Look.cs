namespace EdgeGateway.Ui.Tests.Harness;

/// <summary>How the page is looked at.</summary>
public enum Look
{
    Light,
    Dark,

    /// <summary>A telephone, 360 px wide.</summary>
    Narrow,
}
