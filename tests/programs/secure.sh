# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# Programs that authenticate the other end.

if there openssl 'openssl s_client'; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=openssl.test \
		-addext subjectAltName=DNS:openssl.test -keyout "$scratch/tls.key" -out "$scratch/tls.crt" 2>/dev/null
	start_reading tls openssl s_server -accept 127.0.0.1:0 -no_dhe -www \
		-key "$scratch/tls.key" -cert "$scratch/tls.crt"
	runs 'openssl s_client' openssl.test 'Verified peername: openssl.test' \
		openssl s_client -brief -connect "openssl.test:${tls_line##*:}" -CAfile "$scratch/tls.crt" \
		-verify_return_error -verify_hostname openssl.test
fi

# A server unknown to ssh, whose key is only in the DNS: with the AD bit (RFC 4255 2.4) ssh goes on
# without asking, to be told that it may not log in; without, it ends there.
ssh_to() {
	ends=255 runs "$@" ssh -F none -o BatchMode=yes -o VerifyHostKeyDNS=yes -o GlobalKnownHostsFile=none \
		-o "UserKnownHostsFile=$scratch/known_hosts" -o IdentityFile=none -o IdentityAgent=none \
		-p "$ssh_port" test@ssh.test
}

vouch() {
	local record arguments=(-r 'ssh.test. 60 IN A 127.0.0.1')
	while read -r record; do
		arguments+=(-r "$record")
	done < <(ssh-keygen -r ssh.test. -f "$scratch/host_key.pub")
	answers "${arguments[@]}" "$@"
}

if there ssh ssh && there dropbear ssh; then
	ssh_port=$(closed_port)
	dropbearkey -t ed25519 -f "$scratch/host_key" 2>/dev/null | grep ^ssh- >"$scratch/host_key.pub"
	start_reading dropbear sh -c 'exec "$@" 2>&1' sh \
		dropbear -F -E -s -p "127.0.0.1:$ssh_port" -r "$scratch/host_key"
	vouch -x 'ssh.test/SSHFP ad'
	RES_OPTIONS=trust-ad ssh_to 'ssh, SSHFP is trusted' ssh.test 'Permission denied (publickey)'
	# The resolver state that ssh looks at holds no server then.
	vouch -x 'ssh.test/SSHFP ad'
	RES_OPTIONS=trust-ad socket=$scratch/ssh.socket ssh_to 'ssh, by a Unix socket' ssh.test 'Permission denied (publickey)'
	vouch
	ssh_to 'ssh, SSHFP is not trusted' ssh.test 'Host key verification failed'
fi

# Where the servers of a realm are, only SRV records tell (RFC 4120 7.2.3.2).
cat >"$scratch/krb5.conf" <<'END'
[libdefaults]
dns_lookup_kdc = true
udp_preference_limit = 1
END
answers -r "_kerberos._tcp.kinit.test. 60 IN SRV 0 0 $kerberos_port kdc.kinit.test." \
	-r 'kdc.kinit.test. 60 IN A 127.0.0.1'
KRB5_CONFIG=$scratch/krb5.conf ends=1 runs kinit _kerberos._tcp.KINIT.TEST \
	"Client 'test@KINIT.TEST' not found in Kerberos database" kinit test@KINIT.TEST
