#!/bin/bash
# S3-compatible server from Debian 12 packages: OpenStack Swift 2.30 all-in-one + s3api, loopback only.
# Usage: SWIFT_HOME=folder SWIFT_PORT=first of five free ports s3-up.sh up|down
# https with a certificate of its own, cert.pem in the folder: without TLS, restic signs in chunks, which Swift does not take
# access key test:tester, secret testing, region us-east-1
# apt-get install -y --no-install-recommends swift swift-proxy swift-account swift-container swift-object memcached python3-swift
set -e
B=${SWIFT_HOME:?name a folder for its data}; E=$B/etc; R=$B/run P=${SWIFT_PORT:?name the first of five free ports}
down() { for f in $R/*.pid; do [ -f "$f" ] && kill $(cat $f) 2>/dev/null; rm -f $f; done; true; }
up() {
  mkdir -p $E $R $B/node/d1 $B/log $B/cache
  cat > $E/swift.conf <<C
[swift-hash]
swift_hash_path_suffix = ci-suffix
swift_hash_path_prefix = ci-prefix
[storage-policy:0]
name = p0
default = yes
[swift-constraints]
max_file_size = 5368709122
C
  for s in account:$((P+3)) container:$((P+2)) object:$((P+1)); do n=${s%:*}; p=${s#*:}
    [ -f $E/$n.ring.gz ] || ( cd $E; swift-ring-builder $n.builder create 4 1 1; swift-ring-builder $n.builder add r1z1-127.0.0.1:$p/d1 1; swift-ring-builder $n.builder rebalance ) >/dev/null
    cat > $E/$n.conf <<C
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $p
workers = 1
user = root
swift_dir = $E
devices = $B/node
mount_check = false
log_level = WARNING
[pipeline:main]
pipeline = $n-server
[app:$n-server]
use = egg:swift#$n
[$n-replicator]
[$n-updater]
[$n-auditor]
C
  done
  openssl req -newkey rsa:2048 -nodes -x509 -keyout $B/key.pem -out $B/cert.pem -days 30 -subj /CN=127.0.0.1 -addext "subjectAltName=IP:127.0.0.1" 2>/dev/null
  cat > $E/proxy.conf <<C
[DEFAULT]
cert_file = $B/cert.pem
key_file = $B/key.pem
bind_ip = 127.0.0.1
bind_port = $P
workers = 2
user = root
swift_dir = $E
log_level = WARNING
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$((P+4))
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
dns_compliant_bucket_names = false
check_bucket_owner = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
[filter:symlink]
use = egg:swift#symlink
C
  memcached -u nobody -l 127.0.0.1 -p $((P+4)) -m 32 -U 0 >/dev/null 2>&1 & echo $! > $R/memcached.pid
  for n in account container object proxy; do setsid swift-$n-server $E/$n.conf > $B/log/$n.log 2>&1 < /dev/null & echo $! > $R/$n.pid; done
  for i in $(seq 1 300); do curl -fsSk -o /dev/null https://127.0.0.1:$P/healthcheck 2>/dev/null && { echo "S3 up at https://127.0.0.1:$P"; return; }; sleep 0.2; done
  echo "swift did not start"; tail -5 $B/log/*.log; return 1
}
case "${1:-up}" in up) down; up;; down) down;; esac
