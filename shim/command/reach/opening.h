// SPDX-License-Identifier: MIT
// Answers the calls that open /etc/resolv.conf for reading with a made-up file (seccomp_unotify(2):
// SECCOMP_IOCTL_NOTIF_ADDFD).
#pragma once

#include <fcntl.h>
#include <stdbool.h>

struct seccomp_notif;

// Calls with one of these flags are not for reading, or for no link, and go on.
#define OPENING_OTHER_FLAGS (O_ACCMODE | O_CREAT | O_TRUNC | O_PATH | O_DIRECTORY | O_NOFOLLOW)

// Answers the report if it is of such a call, by a path with resolv.conf in its last part. False if the call goes on.
bool opening_answer(int reports, const struct seccomp_notif *report);
