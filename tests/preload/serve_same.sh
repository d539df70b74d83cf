#!/bin/bash
# SPDX-License-Identifier: MIT
# --serve, asked by dig, beside --query: the same code, and the same records in each section, for 300 questions.

# shellcheck source=tests/preload/lib.sh
. "$(dirname "$0")/lib.sh"

sentence='dig gets from --serve what --query shows'
upstream_address=''
has dig "$sentence" || exit 0

cat >"$scratch/zone" <<'END'
$ORIGIN zone.test.
$TTL 300
@ SOA ns host 1 3600 600 86400 60
@ NS ns
@ MX 10 mail
ns A 192.0.2.53
mail A 192.0.2.25
mail AAAA 2001:db8::25
www CNAME mail
out CNAME up1.up.test.
deep.er TXT "two" "strings"
*.wild A 192.0.2.77
_sip._udp SRV 1 2 5060 mail
sub NS ns.sub
ns.sub A 192.0.2.54
old DNAME zone.test.
caa CAA 0 issue "ca.test"
END
for i in {1..8}; do
	echo "up$i.up.test. 60 A 192.0.2.$i"
	echo "up$i.up.test. 60 TXT text-$i"
	echo "alias$i.up.test. 60 CNAME up$i.up.test."
done >"$scratch/upstream"
start_fake upstream -z "$scratch/upstream" -x 'fails.up.test servfail' -x 'refused.up.test refused'
settings=(-s "$upstream_address" -s 'none for gone.test' -z "$scratch/zone" -r 'app.test 60 A 192.0.2.1' -r 'away.test CNAME up2.up.test'
	-H none)
for name in {,ns.,mail.,www.,out.,deep.er.,er.,x.wild.,_sip._udp.,sub.,a.sub.,mail.old.,caa.,nix.}zone.test \
	{up1,up2,UP3,up4,alias1,alias2,nix,fails,refused}.up.test app.test away.test a.gone.test localhost x.invalid; do
	for type in A AAAA MX TXT NS SOA CNAME SRV PTR CAA ANY; do echo "$name. $type"; done
done | head -n 300 >"$scratch/questions"

start_reading server "$withdns" "${settings[@]}" --serve 127.0.0.1:0
# shellcheck disable=SC2154
port=${server_line##*:}
dig -f <(sed "s/^/+tries=1 +nocookie +noall +comments +question +answer +authority +additional @127.0.0.1 -p $port /" "$scratch/questions") \
	>"$scratch/dig"
"$withdns" "${settings[@]}" --json --query - <"$scratch/questions" >"$scratch/query"

cat >"$scratch/compare.py" <<'END'
import json, re, sys

def of_query(line):
    reply = json.loads(line)
    message = reply.get("message")
    if not message:
        return ["SERVFAIL"]
    records = [f"{section} {record['name'].lower()} {record['ttl']} {record['type']} {record['data'].lower()}"
               for section in ("answer", "authority", "additional") for record in message[section]
               if record["type"] != "OPT"]
    return [message["rcode"]] + sorted(records)

def of_dig(text):
    rcode, section, records = "", "", []
    for line in text.splitlines():
        if match := re.search(r"status: (\w+)", line):
            rcode = match[1]
        elif match := re.match(r";; (\w+) SECTION", line):
            section = match[1].lower()
        elif line and line[0] != ";":
            name, ttl, _, rrtype, data = line.split(None, 4)
            records.append(f"{section} {name.lower()} {ttl} {rrtype} {data.lower()}")
    return [rcode] + sorted(records)

questions = open(sys.argv[1]).read().splitlines()
replies = [part for part in re.split(r"(?m)^;; Got answer:$", open(sys.argv[2]).read())[1:]]
shown = open(sys.argv[3]).read().splitlines()
if not len(questions) == len(replies) == len(shown) == 300:
    print(f"{len(questions)} questions, {len(replies)} replies, {len(shown)} of --query")
for question, reply, line in zip(questions, replies, shown):
    if of_dig(reply) != of_query(line):
        print(f"{question}\n  dig:     {of_dig(reply)}\n  --query: {of_query(line)}")
END
none "$sentence" "$(python3 "$scratch/compare.py" "$scratch/questions" "$scratch/dig" "$scratch/query" 2>&1 | head -n 40)"
finish
