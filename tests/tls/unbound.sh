# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: MIT
# unbound as the tests and benches of encrypted servers start it. Sourced behind tests/preload/lib.sh.

# configure_unbound PORT FILE: settings of a server on loopback, behind which those of the input stand.
configure_unbound() {
	cat >"$2" <<-END
		server:
		  interface: 127.0.0.1@$1
		  username: ""
		  chroot: ""
		  pidfile: ""
		  directory: "$scratch"
		  do-daemonize: no
		  use-syslog: no
		  num-threads: 1
		  module-config: "iterator"
		  do-not-query-localhost: no
		remote-control:
		  control-enable: no
	END
	cat >>"$2"
}
