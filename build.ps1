# Each verb is a plain dotnet command, printed before it runs; README.md has them too.
# Language core, .NET calls and native commands only: the script also runs inside System.Management.Automation, without cmdlets.
param(
    [Parameter(Position = 0)]
    [ValidateSet('build', 'test', 'ui', 'publish', 'package', 'size', 'loadtest', 'verify')]
    [string] $Verb = 'build',

    [ValidateSet('linux-x64', 'linux-arm64')]
    [string] $Runtime = 'linux-x64'
)

$ErrorActionPreference = 'Stop'
$ExecutionContext.SessionState.Path.SetLocation($PSScriptRoot) | Out-Null

$artifacts = [IO.Path]::Combine($PSScriptRoot, 'artifacts')
$published = [IO.Path]::Combine($artifacts, 'publish', $Runtime)
$binary = [IO.Path]::Combine($published, 'edge-gateway')
$limitInMegabytes = 18.0

function Invoke-Tool([string] $tool, [string[]] $arguments) {
    [Console]::WriteLine("> $tool " + [string]::Join(' ', $arguments))
    & $tool @arguments | ForEach-Object { [Console]::WriteLine($_) }
    if ($LASTEXITCODE -ne 0) {
        throw "$tool ended with $LASTEXITCODE"
    }
}

function Build { Invoke-Tool dotnet @('build', '-c', 'Release') }

function Test { Invoke-Tool dotnet @('test') }

function Ui {
    # Native modules, nothing to bundle: what is in embedded-ui is what the build embeds.
    $total = 0
    foreach ($file in [IO.Directory]::GetFiles([IO.Path]::Combine($PSScriptRoot, 'embedded-ui'))) {
        $bytes = [IO.File]::ReadAllBytes($file)
        $buffer = [IO.MemoryStream]::new()
        $brotli = [IO.Compression.BrotliStream]::new($buffer, [IO.Compression.CompressionLevel]::SmallestSize, $true)
        $brotli.Write($bytes, 0, $bytes.Length)
        $brotli.Dispose()
        $total += $buffer.Length
        [Console]::WriteLine(('{0,-14} {1,7} bytes, {2,6} compressed' -f [IO.Path]::GetFileName($file), $bytes.Length, $buffer.Length))
    }
    [Console]::WriteLine("$total bytes compressed in all")
    if ($total -gt 45000) {
        throw 'the page may be 45000 bytes at most'
    }
}

function Publish {
    # Publish never cleans its folder, and one file is what ships.
    if ([IO.Directory]::Exists($published)) {
        [IO.Directory]::Delete($published, $true)
    }
    Invoke-Tool dotnet @('publish', 'src/EdgeGateway', '-c', 'Release', '-r', $Runtime, '-o', $published)
}

function Size {
    if (-not [IO.File]::Exists($binary)) {
        throw "there is no $binary; run: build.ps1 publish"
    }
    $files = [IO.Directory]::GetFileSystemEntries($published)
    $megabytes = [IO.FileInfo]::new($binary).Length / 1e6
    [Console]::WriteLine(('{0}: {1:F1} MB of {2:F1}, {3} file(s)' -f $Runtime, $megabytes, $limitInMegabytes, $files.Length))
    if ($files.Length -ne 1) {
        throw 'exactly one file may be published'
    }
    if ($megabytes -gt $limitInMegabytes) {
        throw "the binary may be $limitInMegabytes MB at most"
    }
}

function Package {
    Publish
    Size
    $name = "edge-gateway-$Runtime"
    $folder = [IO.Path]::Combine($artifacts, 'package', $name)
    if ([IO.Directory]::Exists($folder)) {
        [IO.Directory]::Delete($folder, $true)
    }
    [IO.Directory]::CreateDirectory($folder) | Out-Null
    [IO.File]::Copy($binary, [IO.Path]::Combine($folder, 'edge-gateway'))
    foreach ($file in 'LICENSE', 'README.md', '.env.example') {
        [IO.File]::Copy([IO.Path]::Combine($PSScriptRoot, $file), [IO.Path]::Combine($folder, $file))
    }
    $archive = "$folder.tar.gz"
    Invoke-Tool tar @('-C', [IO.Path]::GetDirectoryName($folder), '-czf', $archive, $name)
    $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($archive))).ToLowerInvariant()
    [IO.File]::WriteAllText("$archive.sha256", "$hash  $name.tar.gz`n")
    [Console]::WriteLine("$archive")
}

function Loadtest { Invoke-Tool dotnet @('run', '-c', 'Release', '--project', 'loadtests', '--', 'list') }

function Verify {
    Ui
    Publish
    Size
    $env:EDGE_GATEWAY_BINARY = $binary
    $env:EDGE_GATEWAY_GATE_TIMES = '1'
    Invoke-Tool dotnet @('test', '--project', 'tests/EdgeGateway.BlackBox.Tests')
}

switch ($Verb) {
    'build' { Build }
    'test' { Test }
    'ui' { Ui }
    'publish' { Publish }
    'package' { Package }
    'size' { Size }
    'loadtest' { Loadtest }
    'verify' { Verify }
}
