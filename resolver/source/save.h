// SPDX-License-Identifier: MIT
// Saves the servers' answers to a zone file from which they can be replayed.
#pragma once

struct answer;
struct config;
struct question;
struct save;

// config must outlive the result. Returns NULL without memory.
struct save *save_open(const struct config *config);
void save_close(struct save *save);  // accepts NULL

// Appends the answers to the questions whose bits are set in wanted to the configuration's save_path, if their source
// is a server. questions and answers have at most QUESTIONS_MAX elements. The file gets:
// - the records of each CNAME chain, the DNAMEs that produced it, and the records at its end; nothing of the additional
//   section, whose owners were not asked for
// - for a negative answer its SOA record (RFC 2308), so that other names of the zone do not exist either; if the name
//   exists without the type and nothing else is known of it, an empty record of type SAVE_EXISTS
// - an SOA record made up for the owner of NS records if none is known: without it a reader would take the NS records
//   for a delegation
// - as comments, failures and answers that a zone file cannot express
// A record that the file already contains is not written again, whatever its TTL. For CNAME, DNAME and SOA only the
// first record of an owner is written, and no other record with the name of a CNAME, since a reader would reject the
// file. Writes with a single append (append.h). Keeps errno; logs the first failure. Safe in threads and after fork.
void save_answers(struct save *save, const struct question *questions, unsigned wanted, const struct answer *answers);

// Returns the errno of the first failure to write the file; 0: none.
int save_failure(const struct save *save);

#define SAVE_EXISTS 65280  // an RR type for private use (RFC 6895 3.1)
