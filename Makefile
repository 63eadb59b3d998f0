# Two commands do all the set-up: `make demo` and `make test`.

PACKAGES := libarchive-dev liblzf-dev libpcre2-dev libxxhash-dev redis-server
# A browser looks at the pages that reports are; only tests need it.
TEST_PACKAGES := chromium
LOSSMAP  := .build/release/lossmap
SECONDS_EACH ?= 20
export SECONDS_EACH
AS_ROOT  := $(if $(filter 0,$(shell id -u)),,sudo)

LIBRARIES := AOF Impact Keyspace RDB
PREFIX    ?= /usr/local

.PHONY: help demo test deps test-deps build release install man docs lint bench fuzz picture clean

help:
	@echo "make demo     what would restoring the bundled backup lose, regress or bring back?"
	@echo "make test     run every test"
	@echo "make release  build the command: $(LOSSMAP)"
	@echo "make install  put the command, its manual page and shell completions below PREFIX=/usr/local"
	@echo "make man      write the manual page: .build/lossmap.1"
	@echo "make docs     write the documentation of the libraries: .build/docs"
	@echo "make lint     check layout, warnings and the list of files that may say unsafe"
	@echo "make fuzz     feed the decoder nonsense, SECONDS_EACH=20 seconds for each target"
	@echo "make bench    compare with redis-check-rdb on large files (needs python3 and 5 GB of disk)"
	@echo "make picture  make the README's picture of a report again"
	@echo "make deps     install what is missing: $(PACKAGES)"

# The answer of the main job, on a backup and an incident state that are part of the project.
demo: release
	@$(LOSSMAP) impact Fixtures/bitrun/backup.rdb --current Fixtures/bitrun/incident.rdb \
	  --at 2026-03-11T01:00:00Z

# As users run it: the checks that decide about a backup are the same, and every byte of every fixture gets changed.
TEST_BUILD := -c release -Xswiftc -enable-testing

test: deps test-deps
	swift test $(TEST_BUILD)

build: deps
	swift build

# The Swift runtime goes inside: the command runs where no Swift is installed, and starts in half the time.
release: deps
	@swift build -c release --product lossmap --static-swift-stdlib

# The manual page and the completions are written by the command itself.
man: release
	@$(LOSSMAP) manual > .build/lossmap.1

install: man
	install -D -s $(LOSSMAP) $(DESTDIR)$(PREFIX)/bin/lossmap
	install -D -m 644 .build/lossmap.1 $(DESTDIR)$(PREFIX)/share/man/man1/lossmap.1
	install -d $(addprefix $(DESTDIR)$(PREFIX)/share/,bash-completion/completions \
	  zsh/site-functions fish/vendor_completions.d)
	$(LOSSMAP) --generate-completion-script bash \
	  > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/lossmap
	$(LOSSMAP) --generate-completion-script zsh \
	  > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_lossmap
	$(LOSSMAP) --generate-completion-script fish \
	  > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/lossmap.fish

# A DocC archive for each library; a warning is an error.
docs: deps
	swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members
	@for library in $(LIBRARIES); do \
	  graphs=.build/docs/graphs/$$library; rm -rf $$graphs; mkdir -p $$graphs; \
	  cp .build/*/symbolgraph/$$library.symbols.json .build/*/symbolgraph/$$library@*.json $$graphs \
	    || exit 1; \
	  docc convert Sources/$$library/$$library.docc --additional-symbol-graph-dir $$graphs \
	    --fallback-display-name $$library --fallback-bundle-identifier lossmap.$$library \
	    --warnings-as-errors --output-path .build/docs/$$library.doccarchive || exit 1; \
	done

# Everything here comes from Debian. RUNLEVEL keeps the redis-server package from starting a server.
deps: WANTED = $(PACKAGES)
test-deps: WANTED = $(TEST_PACKAGES)
deps test-deps:
	@missing=""; for package in $(WANTED); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' \
	    || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; \
	  $(AS_ROOT) apt-get update -qq && \
	  $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	    apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

# `unsafe` belongs to the module that reads bytes and to small wrappers of C libraries.
lint:
	swift format lint --strict -r Package.swift Examples Sources Tests
	@strays=$$(grep -rlw unsafe Sources --include='*.swift' \
	  | grep -vE '^Sources/(Archive|BinaryInput|Hashing|Patterns)/' || true); \
	if [ -n "$$strays" ]; then echo "the word unsafe in: $$strays"; exit 1; fi

# make fuzz SECONDS_EACH=60
fuzz: deps
	Tests/Fuzzing/run

# The README's picture, from the fixtures.
picture: release test-deps
	docs/images/make $(LOSSMAP)

bench: release
	Tests/Benchmarks/run

clean:
	rm -rf .build
