#!/usr/bin/env bash
# tests/run --mutations [name …]: breaks the product once per patch of tests/mutations and demands that tests which bear the
# patch's number go red. Each patch begins with
#
#   Invariant: 13            the number
#   Project: Services        the test project whose tests of that number run
#   Breaks: …                what no longer holds
#
# It works on a copy of what is committed; nothing here changes. The last line is "N killed, N survived, N broken".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
tests=$PWD
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q --shared .. "$work/main" || exit 1
# What lies beside the project is read by its tests.
[[ -d ../../shared ]] && ln -s "$(cd ../../shared && pwd)" "$work/shared"
cd "$work/main"
dotnet build Portal.sln -v q -nologo >/dev/null || { echo "The unbroken product does not build."; exit 1; }
for lock in tests/*/package-lock.json; do
  [[ -f $lock && -d $tests/$(basename "$(dirname "$lock")")/node_modules ]] && ln -s "$tests/$(basename "$(dirname "$lock")")/node_modules" "$(dirname "$lock")/node_modules"
done

killed=0; survived=0; broken=0
printf '| %-9s | %-8s | %s\n' number result breaks
for patch in "$tests"/mutations/*.patch; do
  name=$(basename "$patch" .patch)
  [[ $# -gt 0 && " $* " != *" $name "* ]] && continue
  number=$(sed -n 's/^Invariant: //p' "$patch"); project=$(sed -n 's/^Project: //p' "$patch"); breaks=$(sed -n 's/^Breaks: //p' "$patch")
  result=broken
  if git apply "$patch" && dotnet build "tests/Portal.$project.Tests" -v q -nologo >"$work/build.log" 2>&1; then
    "tests/Portal.$project.Tests/bin/Debug/net10.0/Portal.$project.Tests" --no-ansi --progress off --filter-trait "Invariant=$number" --timeout 10m >"$work/test.log" 2>&1 </dev/null
    case $? in
      0) result=survived ;;
      2) result=killed ;;
      *) grep -q '^failed ' "$work/test.log" && result=killed ;;
    esac
  fi
  git checkout -q .
  case $result in killed) killed=$((killed + 1)) ;; survived) survived=$((survived + 1)) ;; *) broken=$((broken + 1)); tail -5 "$work/build.log" ;; esac
  printf '| %-9s | %-8s | %s (%s)\n' "$number" "$result" "$breaks" "$name"
done
echo "$killed killed, $survived survived, $broken broken"
[[ $survived -eq 0 && $broken -eq 0 && $killed -gt 0 ]]
