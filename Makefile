# SPDX-License-Identifier: MIT
# make: the library and the command. make check: all tests. make demo: the main job on real programs.

VERSION := 0.1.0
PREFIX  ?= /usr/local
bindir  ?= $(PREFIX)/bin
libdir  ?= $(PREFIX)/lib
datadir ?= $(PREFIX)/share
mandir  ?= $(datadir)/man
docdir  ?= $(datadir)/doc/withdns
completionsdir ?= $(datadir)/bash-completion/completions

CC      ?= cc
CFLAGS  ?= -O2 -g
LDNS    ?= static
Q       := $(if $(V),,@)
FUZZ_SECONDS ?= 600
BUILD   := build$(if $(FUZZ),/fuzz,$(if $(SANITIZE),/sanitize))

# A fortified library kills musl children, so fortification is switched off whatever CFLAGS say, last of all flags. The
# library is there from a process's start, so its thread-local variables need no call into the dynamic linker.
override CPPFLAGS += -I. -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DLIBDIR='"$(libdir)"'
override CFLAGS += -std=c11 -fPIC -pthread -ffunction-sections -fdata-sections -ftls-model=initial-exec -fstack-protector-strong \
	-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wvla \
	-U_FORTIFY_SOURCE -Wp,-U_FORTIFY_SOURCE
comma := ,
ifdef SANITIZE
override CFLAGS += -fsanitize=address,undefined$(if $(FUZZ),$(comma)fuzzer-no-link) -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
endif

floors   := $(wildcard config/*.c resolver/*.c resolver/*/*.c)
shim     := $(wildcard shim/*.c)
command  := $(wildcard shim/command/*.c shim/command/*/*.c)
objects   = $(patsubst %.c,$(BUILD)/%.o,$(1))

# ldns goes into the library: linked to the shared one, every process would load libcrypto as well.
# Its archive wants libcrypto functions that nothing here reaches: hidden stubs stand in for them.
ifeq ($(LDNS),shared)
ldns := -lldns
else
ldns_archive := $(shell $(CC) -print-file-name=libldns.a)
ldns := $(BUILD)/ldns/stubs.o $(ldns_archive)
ldns_stdout := $(BUILD)/ldns/stdout.o
endif
# Every program that is started pays for what is mapped then, and few look anything up: code and constants share a mapping.
link_shared := -shared -Wl,-soname,libwithdns.so -Wl,--version-script=shim/exports.map -Wl,--exclude-libs,ALL \
	-Wl,-z,defs -Wl,-z,now -Wl,-z,noseparate-code -Wl,--gc-sections

.PHONY: force all check check-all check-programs check-deb bench bench-loss soak unit fuzz fuzzers \
	demo setup install uninstall dist deb clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(BUILD)/libwithdns.so $(BUILD)/withdns

$(BUILD)/libwithdns.so: $(call objects,$(floors) $(shim)) shim/exports.map $(filter $(BUILD)/%,$(ldns)) $(ldns_stdout)
	@echo "  link $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(link_shared) -o $@ $(filter %.o,$^) $(filter-out %.o,$(ldns))
ifeq ($(LDNS),shared)
	@echo 'note: linked to the shared libldns: every program under withdns will load libcrypto (about 2 ms an exec)'
endif

# What stands below the shim, for everything that is not the library.
$(BUILD)/floors.a: $(call objects,$(floors)) | $(filter $(BUILD)/%,$(ldns))
	@rm -f $@
	$(Q)$(AR) rcs $@ $^
link = $(Q)echo "  link $@" && $(CC) $(CFLAGS) $(LDFLAGS) -Wl,--gc-sections -o $@

$(BUILD)/withdns: $(call objects,$(command)) $(BUILD)/floors.a
	$(link) $^ $(ldns)

# Whatever is compiled in: when it changes, all is built anew.
settings := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LDNS) $(link_shared)
$(BUILD)/settings: force
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(settings))' | cmp -s - $@ || echo '$(subst ','\'',$(settings))' > $@

$(BUILD)/%.o: %.c $(BUILD)/settings
	@mkdir -p $(@D)
	@echo "  compile $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

crypto := $(foreach name,crypto ssl,$(firstword $(wildcard $(shell $(CC) -print-file-name=lib$(name).so) \
	$(shell $(CC) -print-file-name=lib$(name).so.3) $(shell $(CC) -print-file-name=lib$(name).so.1.1))))
$(BUILD)/ldns/stubs.c: $(ldns_archive)
	@mkdir -p $(@D)
	$(Q)nm -u $(ldns_archive) | awk '$$1 == "U" { print $$2 }' | sort -u > $(@D)/wanted
	$(Q)nm -D --defined-only $(crypto) | awk 'NF == 3 { sub("@.*", "", $$3); print $$3 }' | sort -u > $(@D)/crypto
	$(Q)comm -12 $(@D)/wanted $(@D)/crypto | awk '{ print "long " $$1 "(void); long " $$1 "(void) { return 0; }" }' > $@
	$(Q)test -s $@
$(BUILD)/ldns/stubs.o: $(BUILD)/ldns/stubs.c
	$(Q)$(CC) -O2 -fPIC -fvisibility=hidden -fno-builtin -ffunction-sections -c -o $@ $<
# The archive is position-independent but for one reference to libc's data: stdout, in code that prints for debugging. Only the
# library has one of its own; in an executable libc's is at hand.
$(BUILD)/ldns/stdout.o:
	@mkdir -p $(@D)
	$(Q)echo 'void *stdout;' | $(CC) -O2 -fPIC -fvisibility=hidden -x c -c -o $@ -

include shim/command/package.mk
include tests/tests.mk

clean:
	rm -rf build

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
