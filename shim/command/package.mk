# SPDX-License-Identifier: MIT
# The packager's part of the Makefile: where files are installed, the release's archive, Debian's package.

# One word a file: its mode, where it is, where it goes.
pages     := shim/command/withdns.1 shim/libwithdns.3 config/withdns.conf.5
installed := 755:$(BUILD)/withdns:$(bindir)/withdns \
	$(foreach page,$(pages),644:$(BUILD)/$(page):$(mandir)/man$(lastword $(subst ., ,$(page)))/$(notdir $(page))) \
	644:shim/command/withdns.bash:$(completionsdir)/withdns 644:shim/command/_withdns:$(zshdir)/_withdns \
	644:shim/command/withdns.fish:$(fishdir)/withdns.fish \
	$(foreach file,README.md LICENSE shim/command/debian/copyright shim/command/debian/apparmor,644:$(file):$(docdir)/$(notdir $(file)))
part       = $(word $(1),$(subst :, ,$(2)))
define newline


endef

# The pages name the library by its path, which is known here.
$(pages:%=$(BUILD)/%): $(BUILD)/%: % $(BUILD)/libdir $(BUILD)/preloaddir
	@mkdir -p $(@D)
	$(Q)sed 's|/usr/local/lib/libwithdns\.so|$(libdir)/libwithdns.so|g; s|/usr/local/lib/withdns|$(preloaddir)|g' $< >$@

# The loader of each architecture finds its library as DIRECTORY/$LIB/libwithdns.so (ld.so(8)): lib_words are what loaders
# for the target may put there. A link of that very name leads other loaders, such as musl's, to the library of the command.
lib_words ?= $(addprefix lib/,$(shell $(CC) -print-multiarch 2>/dev/null)) \
	$(patsubst .,lib,$(notdir $(shell $(CC) -print-multi-os-directory 2>/dev/null || echo lib)))
links = for word in $(lib_words) $(if $(OF_32),,'$$LIB'); do mkdir -p '$(1)'/$$word && \
	ln -sf "$(2)/libwithdns.so" '$(1)'/$$word/ || exit; done
# make CC32='gcc -m32': a library for programs of 32 bits, too.
with_32 = $(if $(CC32),+$(Q)$(MAKE) --no-print-directory CC='$(CC32)' CC32= OF_32=/32 BUILD=$(BUILD)/32 libdir='$(preloaddir)/32' $(1))
library: $(BUILD)/libwithdns.so
	$(Q)$(call links,$(BUILD:%$(OF_32)=%)/preload,$$(echo "$$word" | sed 's,[^/]*,..,g')/..$(OF_32))
	$(call with_32,$@)
install-library: $(BUILD)/libwithdns.so
	install -D -m 644 $< '$(DESTDIR)$(libdir)/libwithdns.so'
	$(call links,$(DESTDIR)$(preloaddir),$(libdir))
	$(call with_32,$@)

install: all install-library $(pages:%=$(BUILD)/%)
	$(foreach file,$(installed),install -D -m $(call part,1,$(file)) $(call part,2,$(file)) \
		'$(DESTDIR)$(call part,3,$(file))'$(newline))
# Directories of our own are removed too.
uninstall:
	rm -f $(foreach file,$(installed),'$(DESTDIR)$(call part,3,$(file))') '$(DESTDIR)$(libdir)/libwithdns.so'
	rm -rf '$(DESTDIR)$(preloaddir)'
	-rmdir --ignore-fail-on-non-empty $(foreach directory,$(docdir) $(filter %/withdns,$(libdir)),'$(DESTDIR)$(directory)')

# The same bytes from the same files, wherever and whenever: those that git has, or all of an unpacked archive. A clone gives
# them the time of its last commit, which an unpacked archive's have already.
release := $(BUILD)/withdns-$(VERSION).tar.gz
dist:
	@mkdir -p $(BUILD)
	$(Q)if [ -e .git ]; then git ls-files && git log -1 --format=@%ct >$(BUILD)/release.time; \
		else find . -path ./build -prune -o -type f -printf '%P\n' && stat -c @%Y Makefile >$(BUILD)/release.time; \
		fi | LC_ALL=C sort >$(BUILD)/release.files
	$(Q)tar --create --format=ustar --owner=0 --group=0 --numeric-owner --mode=a=rX,u+w --mtime="$$(cat $(BUILD)/release.time)" \
		--transform='s,^,withdns-$(VERSION)/,' --files-from=$(BUILD)/release.files --file=$(BUILD)/release.tar
	$(Q)gzip -9n <$(BUILD)/release.tar >$(release) && rm $(BUILD)/release.*
	@echo $(release)

# A library and a command for other distributions and containers, with older libcs. Needs root and debootstrap.
portable := $(BUILD)/withdns-$(VERSION)-linux-$(shell uname -m).tar.gz
portable: dist
	$(Q)shim/command/portable.sh $(release) $(portable)
	@echo $(portable)

# Debian's package, from what the archive has, in a directory of its own and under the packager's settings instead of ours.
deb: dist
	@tests/setup.sh deb
	$(Q)rm -rf $(BUILD)/deb && mkdir $(BUILD)/deb && tar -xzf $(release) -C $(BUILD)/deb
	$(Q)cp -r shim/command/debian $(BUILD)/deb/withdns-$(VERSION)/
	$(Q)cd $(BUILD)/deb/withdns-$(VERSION) && env -i PATH="$$PATH" HOME="$$HOME" LC_ALL=C.UTF-8 \
		DEB_BUILD_OPTIONS="$${DEB_BUILD_OPTIONS-nocheck}" DEB_BUILD_PROFILES="$${DEB_BUILD_PROFILES-nocheck}" \
		dpkg-buildpackage -us -uc -b >../log 2>&1 || { cat ../log; exit 1; }
	@ls $(BUILD)/deb/*.deb
