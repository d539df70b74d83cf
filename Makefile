# SPDX-License-Identifier: MIT
# make: the library and the command. make check: all tests. make demo: the main job on real programs.

VERSION := 0.1.0
PREFIX  ?= /usr/local
bindir  ?= $(PREFIX)/bin
libdir  ?= $(PREFIX)/lib
preloaddir ?= $(PREFIX)/lib/withdns
datadir ?= $(PREFIX)/share
mandir  ?= $(datadir)/man
docdir  ?= $(datadir)/doc/withdns
completionsdir ?= $(datadir)/bash-completion/completions
zshdir  ?= $(datadir)/zsh/site-functions
fishdir ?= $(datadir)/fish/vendor_completions.d

CC      ?= cc
CFLAGS  ?= -O2 -g
Q       := $(if $(V),,@)
FUZZ_SECONDS ?= 600
BUILD   := build$(if $(FUZZ),/fuzz,$(if $(SANITIZE),/sanitize))

# Where the compiler can: a frame of several pages touches each of them, and so cannot step over a guard page.
probes := $(shell $(CC) -Werror -fstack-clash-protection -x c -c -o /dev/null /dev/null 2>&1 || echo no)
probes := $(if $(probes),,-fstack-clash-protection)
# The library is there from a process's start, so its thread-local variables need no call into the dynamic linker.
# On machines of 32 bits, functions of 64-bit time have other names: ours, and those of musl, are the original ones.
override CPPFLAGS += -I. -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -U_TIME_BITS -DVERSION='"$(VERSION)"'
override CFLAGS += -std=c11 -fPIC -pthread -ffunction-sections -fdata-sections -ftls-model=initial-exec -fstack-protector-strong \
	-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
	$(probes) -ffile-prefix-map="$$PWD"=.
comma := ,
ifdef SANITIZE
override CFLAGS += -fsanitize=address,undefined$(if $(FUZZ),$(comma)fuzzer-no-link) -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
endif

floors   := $(wildcard config/*.c config/*/*.c resolver/*.c resolver/*/*.c resolver/*/*/*.c)
shim     := $(wildcard shim/*.c)
command  := $(wildcard shim/command/*.c shim/command/*/*.c)
# Every process runs these when it starts: they stand first in the library, on pages that the dynamic linker has read.
at_start := shim/notice.c $(addprefix config/,environment.c base/clock.c base/kernel.c sync/forks.c)
objects   = $(patsubst %.c,$(BUILD)/%.o,$(1))

# Of glibc before 2.34, whose libc lacks dlsym and resolver(3); linked to only where something of them is wanted.
libs := -Wl,--as-needed -ldl -lresolv -lanl
# Every program that is started pays for what is mapped then, and few look anything up: code and constants share a mapping.
link_shared := -shared -Wl,-soname,libwithdns.so -Wl,--version-script=shim/exports.map -Wl,--exclude-libs,ALL \
	-Wl,-z,defs -Wl,-Bsymbolic-functions -Wl,-z,now -Wl,-z,noseparate-code -Wl,--gc-sections

.PHONY: force all everything library install-library check check-all check-programs check-platforms check-tls check-deb \
	bench bench-loss soak unit fuzz fuzzers demo setup install uninstall dist deb portable clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/libwithdns.so $(BUILD)/withdns library

$(BUILD)/libwithdns.so: $(call objects,$(at_start) $(filter-out $(at_start),$(shim) $(floors))) shim/exports.map
	@echo "  link $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(link_shared) -o $@ $(filter %.o,$^) $(libs)
# Threads with stacks of 16 KiB make lookups: optimisation at link time merges frames beyond that. A fortified library kills
# musl children. So both are switched off whatever CFLAGS say, last of all flags.
$(call objects,$(floors) $(shim)): override CFLAGS += -fno-lto -U_FORTIFY_SOURCE -Wp,-U_FORTIFY_SOURCE $(if $(SANITIZE),,-Wframe-larger-than=4000)

# What stands below the shim, for everything that is not the library.
$(BUILD)/floors.a: $(call objects,$(floors))
	@rm -f $@
	$(Q)$(AR) rcs $@ $^
link = $(Q)echo "  link $@" && $(CC) $(CFLAGS) $(LDFLAGS) -Wl,--gc-sections -o $@ $(1) $(libs)

$(BUILD)/withdns: $(call objects,$(command)) $(BUILD)/floors.a
	$(call link,$^)

# Whatever is compiled in: when it changes, all is built anew; with a directory, the one source that names it and the manual.
settings := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(link_shared) $(libs)
$(BUILD)/settings $(BUILD)/libdir $(BUILD)/preloaddir: force
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$($(@F)))' | cmp -s - $@ || echo '$(subst ','\'',$($(@F)))' > $@
$(BUILD)/shim/command/program/preload.o: $(BUILD)/libdir $(BUILD)/preloaddir
$(BUILD)/shim/command/program/preload.o: override CPPFLAGS += -DLIBDIR='"$(libdir)"' -DPRELOADDIR='"$(preloaddir)"'

$(BUILD)/%.o: %.c $(BUILD)/settings
	@mkdir -p $(@D)
	@echo "  compile $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

include shim/command/package.mk
include tests/tests.mk

# Packages stay.
clean:
	rm -rf $(filter-out build/deb build/%.tar.gz,$(wildcard build/*)) $(dir $(wildcard build/deb/*/.))

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
