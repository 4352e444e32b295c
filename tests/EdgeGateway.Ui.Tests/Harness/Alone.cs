using Xunit;

namespace EdgeGateway.Ui.Tests.Harness;

/// <summary>For tests that measure: no other test of this project runs meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone : ICollectionFixture<Crowd>;
