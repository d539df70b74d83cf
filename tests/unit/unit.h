// SPDX-License-Identifier: MIT
// What every unit test includes.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// cmocka 2.0 calls it by the type of its arguments.
#ifdef assert_uint_in_range
#undef assert_in_range
#define assert_in_range assert_uint_in_range
#endif

#define LENGTH(array) (sizeof(array) / sizeof *(array))
