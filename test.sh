#!/usr/bin/env bash
# Builds everything and runs all tests. Installs what they need when run as root on Debian; otherwise says what is missing.
# Options are passed to the test runner, for example: ./test.sh --filter-class "*StartTests"
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

need() { # program, Debian package
  command -v "$1" >/dev/null 2>&1 || missing+=("$2")
}
missing=()
need restic restic
need chromium chromium
need setpriv util-linux
need curl curl
need openssl openssl
need memcached memcached # memcached and swift: a real S3 server
need swift-ring-builder swift
for part in proxy account container object; do
  need "swift-$part-server" "swift-$part"
done
PATH="$PATH:/usr/sbin" need sshd openssh-server # SFTP
need mariadb-install-db mariadb-server-core # a real database server
need mariadb-dump mariadb-client
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || missing+=(python3-aiosmtpd)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing ${missing[*]} for the tests."
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "The tests need: ${missing[*]}. Install them (Debian: apt-get install ${missing[*]}) and run again." >&2
    exit 1
  fi
fi

dotnet build Comet.Blazor.sln --nologo -v quiet

results=artifacts/tests
rm -rf "$results"
mkdir -p "$results"
code=0
dotnet test --project Comet.Blazor.Tests --no-build --results-directory "$results" --report-xunit-trx --report-xunit-trx-filename tests.trx "$@" || code=$?

counters=$(grep -o '<Counters [^>]*>' "$results/tests.trx" || true)
count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
total=$(count total) passed=$(count passed) failed=$(count failed)
if [ -z "$counters" ] || [ "${total:-0}" = 0 ]; then
  echo "No test was run." >&2
  exit 1
fi
skipped=$((total - passed - failed))
if [ "$code" != 0 ] && [ "$failed" = 0 ]; then
  echo "The test runner ended with code $code although no test failed." >&2
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
