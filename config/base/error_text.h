// SPDX-License-Identifier: MIT
// What an errno means, in the log's and the messages' words.
#pragma once

// A constant text in English whatever the program's locale, "error" for one that is not expected here. Not
// strerror(3), which translates and may allocate, nor strerrordesc_np(3), which musl lacks.
const char *error_text(int error);
