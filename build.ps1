# A thin wrapper: everything is in build.sh.
& (Join-Path $PSScriptRoot 'build.sh') @args
exit $LASTEXITCODE
