#!/usr/bin/env bash
# Packs the libraries, and lets a program outside the repository restore, build and run with them: train, save, load, predict.
set -euo pipefail
cd "$(dirname "$0")/.."
packages=$PWD/artifacts/package/check
libraries=(LstmLab LstmLab.Formats LstmLab.Forecasting LstmLab.Sequences LstmLab.Charts)
rm -rf "$packages"
for library in "${libraries[@]}"; do
    dotnet pack "src/$library" --no-restore -v quiet --nologo -o "$packages"
done

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
for library in "${libraries[@]}"; do
    for extension in nupkg snupkg; do test -s "$packages/$library.$version.$extension"; done
    for entry in README.md "lib/net10.0/$library.dll" "lib/net10.0/$library.xml"; do
        unzip -l "$packages/$library.$version.nupkg" "$entry" >/dev/null || { echo "$library.$version.nupkg has no $entry"; exit 1; }
    done
done

program=$(mktemp -d)
trap 'rm -rf "$program"' EXIT
cat > "$program/nuget.config" <<END
<configuration>
  <packageSources>
    <add key="packed here" value="$packages" />
  </packageSources>
</configuration>
END
cat > "$program/First.csproj" <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <!-- Packages of the same version that were packed before stay out of it. -->
    <RestorePackagesPath>packages</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="LstmLab.Formats" Version="$version" />
    <PackageReference Include="LstmLab.Forecasting" Version="$version" />
    <PackageReference Include="LstmLab.Charts" Version="$version" />
  </ItemGroup>
</Project>
END
cp tests/FirstProgram.cs.txt "$program/Program.cs"
cd "$program"
dotnet run | tee output
grep -q "^The loaded model predicts the same: True$" output
