# SPDX-License-Identifier: MIT
# The packager's part of the Makefile: where files are installed, the release's archive, Debian's package.

# One word a file: its mode, where it is, where it goes.
pages     := shim/command/withdns.1 shim/libwithdns.3 config/withdns.conf.5
installed := 755:$(BUILD)/withdns:$(bindir)/withdns 644:$(BUILD)/libwithdns.so:$(libdir)/libwithdns.so \
	$(foreach page,$(pages),644:$(BUILD)/$(page):$(mandir)/man$(lastword $(subst ., ,$(page)))/$(notdir $(page))) \
	644:shim/command/withdns.bash:$(completionsdir)/withdns 644:shim/command/_withdns:$(zshdir)/_withdns \
	644:shim/command/withdns.fish:$(fishdir)/withdns.fish \
	$(foreach file,README.md LICENSE shim/command/debian/copyright shim/command/debian/apparmor,644:$(file):$(docdir)/$(notdir $(file)))
part       = $(word $(1),$(subst :, ,$(2)))
define newline


endef

# The pages name the library by its path, which is known here.
$(pages:%=$(BUILD)/%): $(BUILD)/%: % $(BUILD)/libdir
	@mkdir -p $(@D)
	$(Q)sed 's|/usr/local/lib/libwithdns\.so|$(libdir)/libwithdns.so|g' $< >$@

install: all $(pages:%=$(BUILD)/%)
	$(foreach file,$(installed),install -D -m $(call part,1,$(file)) $(call part,2,$(file)) \
		'$(DESTDIR)$(call part,3,$(file))'$(newline))
# Directories of our own are removed too.
uninstall:
	rm -f $(foreach file,$(installed),'$(DESTDIR)$(call part,3,$(file))')
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

# Debian's package, from what the archive has, in a directory of its own and under the packager's settings instead of ours.
deb: dist
	@tests/setup.sh deb
	$(Q)rm -rf $(BUILD)/deb && mkdir $(BUILD)/deb && tar -xzf $(release) -C $(BUILD)/deb
	$(Q)cp -r shim/command/debian $(BUILD)/deb/withdns-$(VERSION)/
	$(Q)cd $(BUILD)/deb/withdns-$(VERSION) && env -i PATH="$$PATH" HOME="$$HOME" LC_ALL=C.UTF-8 \
		DEB_BUILD_OPTIONS="$${DEB_BUILD_OPTIONS-nocheck}" DEB_BUILD_PROFILES="$${DEB_BUILD_PROFILES-nocheck}" \
		dpkg-buildpackage -us -uc -b >../log 2>&1 || { cat ../log; exit 1; }
	@ls $(BUILD)/deb/*.deb
