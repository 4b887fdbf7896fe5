# What the tests need beside the SDK: a browser, PostgreSQL's binaries, Node. Sourced by tests/run.

need_dotnet() {
  if command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.'; then return 0; fi
  echo "The .NET 10 SDK is missing. Install it: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
  return 1
}

has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null
has_postgres() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_node() { command -v node >/dev/null && command -v npm >/dev/null; }

missing_packages() {
  has_chromium || echo chromium fonts-liberation
  has_postgres || echo postgresql
  has_node || echo nodejs npm
}

# Prints what is still missing and what to do about it; prints nothing when all is there.
install_tools() {
  local packages; packages=$(missing_packages | xargs)
  [[ -z $packages ]] && return
  local root=""
  [[ $EUID -ne 0 ]] && root="sudo -n"
  if command -v apt-get >/dev/null && $root true 2>/dev/null; then
    echo "Installing $packages" >&2
    # The tests make a cluster of their own; without this Debian's package makes and starts one on 5432.
    if [[ ! -e /etc/postgresql-common/createcluster.conf ]]; then
      $root mkdir -p /etc/postgresql-common
      echo "create_main_cluster = false" | $root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    { $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold $packages; } </dev/null >&2
    packages=$(missing_packages | xargs)
  fi
  [[ -n $packages ]] && echo "missing: $packages. Install them (Debian, Ubuntu: sudo apt-get install $packages) and run tests/run again; the tests that need them were skipped."
}
