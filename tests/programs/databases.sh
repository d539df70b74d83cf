# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154
# Clients of databases and directories.

ends=2 runs psql psql.test 'FATAL: *reached by name' \
	psql "host=psql.test port=$postgres_port user=test dbname=test sslmode=disable gssencmode=disable" -c 'select 1'
ends=1 runs mariadb mariadb.test '1040*reached by name' \
	mariadb --no-defaults -h mariadb.test -P "$mariadb_port" -u test
runs redis-cli redis.test 'ERR reached by name' redis-cli -h redis.test -p "$redis_port" ping
ends=49 runs ldapsearch ldap.test 'Invalid credentials*reached by name' \
	ldapsearch -x -H "ldap://ldap.test:$ldap_port" -D cn=test -w test -b ''
# The server of a domain, by its SRV record (RFC 2782).
answers -r "_ldap._tcp.directory.test. 60 IN SRV 0 0 $ldap_port ldap.directory.test." \
	-r 'ldap.directory.test. 60 IN A 127.0.0.1'
ends=49 runs 'ldapsearch, by domain' _ldap._tcp.directory.test 'Invalid credentials*reached by name' \
	ldapsearch -x -H 'ldap:///dc%3Ddirectory%2Cdc%3Dtest' -D cn=test -w test -b ''
