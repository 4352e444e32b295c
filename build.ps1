# Each verb is a plain dotnet command, printed before it runs; README.md has them too.
# Language core, .NET calls and native commands only: the script also runs inside System.Management.Automation, without cmdlets.
param(
    [Parameter(Position = 0)]
    [ValidateSet('build', 'test', 'ui', 'publish', 'package', 'size', 'loadtest', 'verify')]
    [string] $Verb = 'build',

    # linux-x64-static has libc and OpenSSL inside, for hosts that have neither.
    [ValidateSet('linux-x64', 'linux-arm64', 'linux-x64-static')]
    [string] $Runtime = 'linux-x64',

    # Where publish/<runtime> and package are.
    [string] $Artifacts = [IO.Path]::Combine($PSScriptRoot, 'artifacts'),

    # package: take what publish left.
    [switch] $NoPublish
)

$ErrorActionPreference = 'Stop'
$ExecutionContext.SessionState.Path.SetLocation($PSScriptRoot) | Out-Null

$Artifacts = [IO.Path]::GetFullPath($Artifacts, $PSScriptRoot)
$published = [IO.Path]::Combine($Artifacts, 'publish', $Runtime)
$binary = [IO.Path]::Combine($published, 'edge-gateway')
$isStatic = $Runtime -eq 'linux-x64-static'
$identifier = $isStatic ? 'linux-x64' : $Runtime
$limitInMegabytes = $isStatic ? 28.0 : 21.0
$wantedInMegabytes = 18.0

function Invoke-Tool([string] $tool, [string[]] $arguments) {
    [Console]::WriteLine("> $tool " + [string]::Join(' ', $arguments))
    $script:said = [Collections.Generic.List[string]]::new()
    & $tool @arguments | ForEach-Object { $script:said.Add($_); [Console]::WriteLine($_) }
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
    $arguments = @('publish', 'src/EdgeGateway', '--no-restore', '-c', 'Release', '-r', $identifier, '-o', $published)
    if ($isStatic) {
        $arguments += '-p:StaticExecutable=true'
    }
    # For all runtimes, as the lock file has it: publish cannot restore for one of them in locked mode.
    Invoke-Tool dotnet @('restore', 'src/EdgeGateway', '--locked-mode')
    Invoke-Tool dotnet $arguments
    $warnings = @($said -match 'warning (IL|AOT)[0-9]+').Length
    [Console]::WriteLine("IL warnings: $warnings")
    if ($warnings -ne 0) {
        throw 'what the trimmer warns of may fail at run time: none is allowed'
    }
}

function Size {
    if (-not [IO.File]::Exists($binary)) {
        throw "there is no $binary; run: build.ps1 publish -Runtime $Runtime"
    }
    $files = [IO.Directory]::GetFileSystemEntries($published)
    $megabytes = [IO.FileInfo]::new($binary).Length / 1e6
    [Console]::WriteLine(('{0}: {1:F1} MB ({2:F0} at most, {3:F0} wanted), {4} file(s)' -f $Runtime, $megabytes, $limitInMegabytes, $wantedInMegabytes, $files.Length))
    if ($files.Length -ne 1) {
        throw "exactly one file may be published; $published has $($files.Length)"
    }
    if ($megabytes -gt $limitInMegabytes) {
        throw "the binary for $Runtime may be $limitInMegabytes MB at most"
    }
}

# The units are printed by the binary; where it is for another processor, by the one for this machine.
function Write-Unit([string] $folder) {
    $machine = [Runtime.InteropServices.RuntimeInformation]::OSArchitecture -eq 'Arm64' ? 'linux-arm64' : 'linux-x64'
    $printer = $identifier -eq $machine ? $binary : [IO.Path]::Combine($Artifacts, 'publish', $machine, 'edge-gateway')
    if (-not [IO.File]::Exists($printer)) {
        throw "the systemd units are printed by $printer, which is not there; run: build.ps1 publish -Runtime $machine"
    }
    $units = @{ 'edge-gateway.service' = @('systemd', 'unit'); 'edge-gateway-stdio.service' = @('systemd', 'unit', '--stdio') }
    foreach ($name in $units.Keys) {
        $arguments = $units[$name]
        $lines = & $printer @arguments
        if ($LASTEXITCODE -ne 0) {
            throw "edge-gateway $($arguments -join ' ') ended with $LASTEXITCODE"
        }
        [IO.File]::WriteAllText([IO.Path]::Combine($folder, $name), ($lines -join "`n") + "`n")
    }
}

# A part with its hash as the lock file has it: base64 of the package's SHA-512, which CycloneDX wants in hexadecimal.
function Get-Part([string] $name, [string] $version, [string] $purl, [string] $hash, [string] $scope = 'required') {
    $part = [ordered]@{ type = 'library'; 'bom-ref' = $purl; name = $name; version = $version; scope = $scope; purl = $purl }
    if ($hash) {
        $part.hashes = @([ordered]@{ alg = 'SHA-512'; content = [Convert]::ToHexString([Convert]::FromBase64String($hash)).ToLowerInvariant() })
    }
    $part
}

# Packages of the lock file, for all runtimes and for this one. Compilers and the like are named too, as no part of the binary.
function Get-Package {
    $lock = [Text.Json.JsonDocument]::Parse([IO.File]::ReadAllText([IO.Path]::Combine($PSScriptRoot, 'src/EdgeGateway/packages.lock.json')))
    $packages = [Collections.Generic.SortedDictionary[string, object]]::new([StringComparer]::Ordinal)
    foreach ($framework in $lock.RootElement.GetProperty('dependencies').EnumerateObject()) {
        if ($framework.Name -ne 'net10.0' -and $framework.Name -ne "net10.0/$identifier") {
            continue
        }
        foreach ($package in $framework.Value.EnumerateObject()) {
            if ($package.Value.GetProperty('type').GetString() -eq 'Project') {
                continue
            }
            $version = $package.Value.GetProperty('resolved').GetString()
            $scope = $package.Name -match 'ILCompiler$|ILLink\.Tasks$' ? 'excluded' : 'required'
            $packages[$package.Name] = Get-Part $package.Name $version "pkg:nuget/$($package.Name)@$version" $package.Value.GetProperty('contentHash').GetString() $scope
        }
    }
    $packages
}

# What is linked into the binary without being a package of the lock file.
function Get-NativePart($packages) {
    # The SDK takes the compiler and the run-time packs of one version.
    $runtimeVersion = $packages['Microsoft.DotNet.ILCompiler'].version
    foreach ($pack in "Microsoft.NETCore.App.Runtime.NativeAOT.$identifier", "Microsoft.AspNetCore.App.Runtime.$identifier") {
        Get-Part $pack $runtimeVersion "pkg:nuget/$pack@$runtimeVersion"
    }
    # SQLitePCLRaw's package has SQLite's version.
    $version = $packages['SQLitePCLRaw.lib.e_sqlite3'].version
    Get-Part 'sqlite' $version "pkg:generic/sqlite@$version"
    if ($isStatic) {
        # What is inside says its version; glibc does not, but what links is what is installed.
        $text = [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($binary))
        $openssl = [regex]::Match($text, 'OpenSSL ([0-9]+\.[0-9]+\.[0-9]+) +[0-9]+ [A-Z][a-z]{2} 20[0-9]{2}').Groups[1].Value
        if (-not $openssl) {
            throw "$binary does not say which OpenSSL it has inside"
        }
        Get-Part 'openssl' $openssl "pkg:generic/openssl@$openssl"
        Invoke-Tool getconf @('GNU_LIBC_VERSION')
        $glibc = $said[0] -replace '^glibc '
        Get-Part 'glibc' $glibc "pkg:generic/glibc@$glibc"
    }
}

# CycloneDX 1.6. Its serial number follows from the binary: the same build has the same.
function Write-BillOfMaterials([string] $file, [string] $version) {
    $packages = Get-Package
    $hash = [Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($binary))
    $bill = [ordered]@{
        '$schema'    = 'http://cyclonedx.org/schema/bom-1.6.schema.json'
        bomFormat    = 'CycloneDX'
        specVersion  = '1.6'
        serialNumber = 'urn:uuid:' + [Guid]::new([byte[]]$hash[0..15])
        version      = 1
        metadata     = [ordered]@{
            component = [ordered]@{
                type     = 'application'
                'bom-ref' = 'edge-gateway'
                name     = 'edge-gateway'
                version  = $version
                licenses = @(@{ license = @{ id = 'MIT' } })
                hashes   = @([ordered]@{ alg = 'SHA-256'; content = [Convert]::ToHexString($hash).ToLowerInvariant() })
            }
        }
        components   = @($packages.Values) + @(Get-NativePart $packages)
    }
    $options = [Text.Json.JsonSerializerOptions]::new()
    $options.WriteIndented = $true
    [IO.File]::WriteAllText($file, [Text.Json.JsonSerializer]::Serialize($bill, $bill.GetType(), $options) + "`n")
}

# One line for each archive that lies there, so that the last runtime packaged leaves the list of all.
function Write-Checksum([string] $folder) {
    $archives = [IO.Directory]::GetFiles($folder, '*.tar.gz')
    [Array]::Sort($archives, [StringComparer]::Ordinal)
    $lines = ''
    foreach ($archive in $archives) {
        $hash = [Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($archive))
        $lines += [Convert]::ToHexString($hash).ToLowerInvariant() + '  ' + [IO.Path]::GetFileName($archive) + "`n"
    }
    [IO.File]::WriteAllText([IO.Path]::Combine($folder, 'SHA256SUMS'), $lines)
}

function Package {
    if (-not $NoPublish) {
        Publish
    }
    Size
    $version = ([xml][IO.File]::ReadAllText([IO.Path]::Combine($PSScriptRoot, 'Directory.Build.props'))).Project.PropertyGroup.VersionPrefix
    $name = "edge-gateway-$version-$Runtime"
    $packages = [IO.Path]::Combine($Artifacts, 'package')
    $folder = [IO.Path]::Combine($packages, $name)
    if ([IO.Directory]::Exists($folder)) {
        [IO.Directory]::Delete($folder, $true)
    }
    [IO.Directory]::CreateDirectory($folder) | Out-Null
    [IO.File]::Copy($binary, [IO.Path]::Combine($folder, 'edge-gateway'))
    foreach ($file in 'LICENSE', 'README.md', 'CHANGELOG.md', '.env.example') {
        [IO.File]::Copy([IO.Path]::Combine($PSScriptRoot, $file), [IO.Path]::Combine($folder, $file))
    }
    $dashboard = [IO.Path]::Combine($PSScriptRoot, 'src/EdgeGateway/Telemetry/edge-gateway.grafana.json')
    if ([IO.File]::Exists($dashboard)) {
        [IO.Directory]::CreateDirectory([IO.Path]::Combine($folder, 'grafana')) | Out-Null
        [IO.File]::Copy($dashboard, [IO.Path]::Combine($folder, 'grafana', 'edge-gateway.json'))
    }
    Write-Unit $folder
    Write-BillOfMaterials ([IO.Path]::Combine($folder, 'edge-gateway.cdx.json')) $version

    # Nobody's user and one order of files, and one time where SOURCE_DATE_EPOCH gives it: the same content is the same archive.
    $time = $env:SOURCE_DATE_EPOCH ? "@$env:SOURCE_DATE_EPOCH" : 'now'
    Invoke-Tool tar @('-C', $packages, '--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mode=u+rw,go=rX', "--mtime=$time", '-I', 'gzip -9n', '-cf', "$folder.tar.gz", $name)
    [IO.Directory]::Delete($folder, $true)
    if (-not $NoPublish) {
        # Names for the addresses in a stack trace, of this very binary.
        $symbols = [IO.Path]::Combine($PSScriptRoot, 'src/EdgeGateway/bin', $isStatic ? 'Release-static' : 'Release', 'net10.0', $identifier, 'native')
        Invoke-Tool tar @('-C', $symbols, '-I', 'gzip -9n', '-cf', "$folder-symbols.tar.gz", 'edge-gateway.dbg')
    }
    Write-Checksum $packages
    [Console]::WriteLine("$folder.tar.gz")
}

function Loadtest { Invoke-Tool dotnet @('run', '-c', 'Release', '--project', 'loadtests', '--', 'list') }

# No IL warning, one file, small; then the black-box tests gate the rest: first answer, resident memory, exposure of the units, and
# everything the binary does, once as it is and once where memory that was written may not run.
function Verify {
    Ui
    Publish
    Size
    $env:EDGE_GATEWAY_GATE_TIMES = '1'
    $tests = @('test', '--project', 'tests/EdgeGateway.BlackBox.Tests')
    if ($Runtime -ne 'linux-x64') {
        Invoke-Tool dotnet ($tests + @('--filter-class', '*.OtherBinariesTests'))
        return
    }
    $env:EDGE_GATEWAY_BINARY = $binary
    Invoke-Tool dotnet $tests
    $env:EDGE_GATEWAY_MDWE = '1'
    Invoke-Tool dotnet $tests
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
