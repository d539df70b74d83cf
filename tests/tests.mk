# SPDX-License-Identifier: MIT
# The tests' part of the Makefile: how tests are built and run.

units    := $(wildcard tests/unit/*/test_*.c)
fake     := $(wildcard tests/fake/*.c)
helpers  := $(wildcard tests/preload/*.c)
matrix   := $(wildcard tests/differential/*.c)
fuzzers  := $(wildcard tests/fuzz/*.c)
unit_with := $(wildcard tests/unit/*.c) $(addprefix shim/,errors.c hostent.c literal.c) \
	$(filter-out %/main.c,$(fake) $(command))
tests     = $(patsubst tests/%.c,$(BUILD)/tests/%,$(1))
wrapped  := clock_get clock_read channel_block kernel_poll kernel_futex epoll_wait pthread_create pthread_join
# The resolvers that are measured (ask_*.c): c-ares and libunbound if they are installed.
library_of_ares    := cares
library_of_unbound := unbound
askers   := libc floor $(foreach name,ares unbound,$(if $(wildcard $(shell \
	$(CC) -print-file-name=lib$(library_of_$(name)).so)),$(name)))
benches  := $(addprefix $(BUILD)/tests/bench/,loss reach tls unix_floor $(addprefix speed-,$(askers)))

# Waits and clocks go through tests/unit/virtual_clock.c (wrapped).
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(call objects,$(unit_with)) $(BUILD)/floors.a
	$(call link,$(wrapped:%=-Wl,--wrap=%) $^ -lldns -lcmocka)
$(BUILD)/fakedns: $(call objects,$(fake)) $(BUILD)/floors.a
	$(call link,$^ -lldns)
$(call tests,$(helpers)): %: %.o
	$(call link,$<)
$(BUILD)/tests/bench/loss: $(call objects,tests/bench/loss.c tests/bench/ask_libc.c)
	$(call link,$^)
$(BUILD)/tests/bench/reach $(BUILD)/tests/bench/unix_floor: %: %.o
	$(call link,$^)
$(BUILD)/tests/bench/tls: %: %.o
	$(call link,$^ -lssl -lcrypto)
$(BUILD)/tests/bench/speed-%: $(call objects,tests/bench/speed.c) $(BUILD)/tests/bench/ask_%.o
	$(call link,$^ $(library_of_$*:%=-l%))
# The library and a program that uses it, for ThreadSanitizer; not made if the compiler lacks it.
$(BUILD)/tests/soak-races: tests/preload/soak.c $(floors) $(shim) $(wildcard config/*.h config/*/*.h resolver/*.h resolver/*/*.h resolver/*/*/*.h shim/*.h) \
	$(BUILD)/settings
	@mkdir -p $(@D)
	@echo "  compile $@"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -O1 -fsanitize=thread -Wl,--gc-sections -o $@ $(filter %.c,$^) $(libs) || rm -f $@
$(BUILD)/tests/differential/matrix: $(call objects,$(matrix))
	$(call link,$^)
$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $(call objects,shim/hostent.c shim/command/json.c shim/command/text.c \
		shim/command/query/message_text.c $(addprefix shim/command/program/,elf.c elf_file.c calls.c object.c script.c)) \
		$(BUILD)/floors.a
	$(call link,-fsanitize=fuzzer $(filter %.o,$^) $(BUILD)/floors.a -lldns)
$(BUILD)/tests/fuzz/forwarder: $(call objects,shim/command/library.c \
	$(addprefix shim/command/tls/,http2.c tls_edns.c tls_query.c tls_server.c))

setup:
	@tests/setup.sh check
unit: $(call tests,$(units))
	@BUILD=$(BUILD) tests/run.sh unit
# Two steps, because the second make reads what the first one installs (ldns, cmocka).
check: setup
	@+$(MAKE) --no-print-directory $(if $(SANITIZE),unit,check-all)
# Whatever is compiled for the tests.
everything: all $(BUILD)/fakedns $(BUILD)/tests/differential/matrix $(BUILD)/tests/soak-races \
	$(call tests,$(units) $(helpers)) $(benches)
check-all: everything
	@BUILD=$(BUILD) tests/run.sh all
# Debian's package: built twice, checked by lintian, and tested by the scripts of tests/preload/.
check-deb: setup
	@tests/setup.sh check-deb
	@+$(MAKE) --no-print-directory $(BUILD)/fakedns $(call tests,$(helpers)) deb
	@BUILD=$(BUILD) tests/run.sh deb
# Threads under ThreadSanitizer and valgrind for SOAK_SECONDS each, then lookups for SOAK_MINUTES.
SOAK_SECONDS ?= 60
SOAK_MINUTES ?= 10
soak: all $(BUILD)/fakedns $(BUILD)/tests/soak-races $(call tests,$(addprefix tests/preload/,soak.c reach_traps.c))
	@BUILD=$(BUILD) SOAK_SECONDS=$(SOAK_SECONDS) SOAK_MINUTES=$(SOAK_MINUTES) tests/preload/soak.sh
	@BUILD=$(BUILD) SOAK_MINUTES=$(SOAK_MINUTES) tests/preload/serve_soak.sh
	@BUILD=$(BUILD) SWAPS=50000 SOAK_MINUTES=$(SOAK_MINUTES) tests/preload/reach_soak.sh
# At least two dozen real programs, which are installed if missing.
check-programs: setup
	@+$(MAKE) --no-print-directory all $(BUILD)/fakedns
	@BUILD=$(BUILD) tests/programs/run.sh
# Servers over TLS and HTTPS: unbound, Knot Resolver and dnsdist, which are unpacked if missing.
check-tls: setup
	@+$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) tests/tls/run.sh
# Builds, unit tests and lookups in chroots of other suites and architectures, P=NAME for one of them; WHOLE=1: all tests
# of `check` there; P=compilers: of the compilers of four suites. Needs root and debootstrap.
check-platforms:
	@BUILD=$(CURDIR)/$(BUILD) WHOLE=$(WHOLE) tests/platforms/run.sh $(P)
# Time and memory of lookups, compared with glibc, its caches, musl, c-ares and libunbound; --serve beside other servers;
# --query beside other clients; encrypted servers; the cost of --reach.
bench: setup
	@+$(MAKE) --no-print-directory all $(BUILD)/fakedns $(benches)
	@BUILD=$(BUILD) tests/bench/speed.sh
	@BUILD=$(BUILD) tests/bench/serve.sh
	@BUILD=$(BUILD) tests/bench/growth.sh
	@BUILD=$(BUILD) tests/bench/query.sh
	@BUILD=$(BUILD) tests/bench/tls.sh
	@BUILD=$(BUILD) tests/bench/reach.sh
# Lookups on a network that loses packets, compared with glibc and musl.
bench-loss: setup
	@+$(MAKE) --no-print-directory all $(BUILD)/fakedns $(benches)
	@BUILD=$(BUILD) tests/bench/loss.sh
# FUZZ_SECONDS for each target. The script makes `fuzzers` with clang.
fuzz: setup
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run.sh
fuzzers: $(call tests,$(fuzzers))
demo:
	@tests/setup.sh demo
	@+$(MAKE) --no-print-directory -s all $(BUILD)/fakedns
	@BUILD=$(BUILD) tests/demo.sh
