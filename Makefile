# What needs only JDK 25 and make: everything but e2e, which also wants Go (or KUBEBUILDER_ASSETS).
# A container engine is needed nowhere.

K8S ?= 1.36
# Where real test material lies, if not in ../shared/corpus; where it is absent, its tests are skipped and say so.
CORPUS ?=
# What `make fuzz` fuzzes (all in turn if empty), and for how long each.
TARGET ?=
SECONDS ?= 60
# What `make bench` measures, if not all: admission images restart signatures volumes harbor cluster micro
PARTS ?=
# What `make mutation` mutates; net and store, too, have tests enough for it.
PACKAGES ?= check policy engine registry sigstore harbor
# Tests that live with another package, but are those of this one.
TESTS_harbor = cli.HarborSetupTest
comma := ,
space := $(subst ,, )
# How many inputs `make verify` fuzzes with, the same each time.
FUZZ_RUNS ?= 12000
# How often `make chaos` kills a process that writes; a tenth as many registries fail, and the whole gate is killed.
KILLS ?= 200
# More arguments for Maven, for example MVN_ARGS=-Dtest=QuantityTest
MVN_ARGS ?=

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

ifneq ($(filter-out help clean,$(MAKECMDGOALS)),)
JAVA_HOME := $(shell sh src/main/launcher/find-java jdk 2>/dev/null)
ifeq ($(JAVA_HOME),)
$(error No JDK 25 was found: install one, for example from https://adoptium.net, or set JAVA_HOME to it)
endif
export JAVA_HOME
endif

# On a terminal Maven shows its downloads as they come; in a log it would write a line for each.
MVN = ./mvnw $(if $(shell test -t 2 && echo terminal),,-B -ntp) $(if $(CORPUS),-Dtidegate.corpus=$(CORPUS)) $(MVN_ARGS)
# Programs that live beside the tests: they start the built application, which itself holds nothing made for tests.
RUN_TEST_CLASS = "$(JAVA_HOME)/bin/java" -Dtidegate.corpus="$(or $(CORPUS),$(CURDIR)/../shared/corpus)" -Dtidegate.basedir="$(CURDIR)" -Dtidegate.launcher="$(CURDIR)/target/tidegate" \
	-cp "target/test-classes:target/classes:$$(cat target/test.classpath)"

DEMO = src/test/resources/demo

MAIN_SOURCES := $(shell find pom.xml src/main -type f)
# Names with colons in them (digests) make no targets.
TEST_SOURCES := $(shell find src/test -type f ! -name '*:*' 2>/dev/null)

.PHONY: help build run demo test e2e bench fuzz chaos flips verify format mutation image clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: target/.built ## the program: target/tidegate, with its parts in target/quarkus-app

run: target/.test-built ## the gate on HTTPS with the default policies, until Ctrl-C; prints a ready-made curl
	@$(RUN_TEST_CLASS) dev.tidegate.demo.Demo --serve

demo: target/.test-built ## starts the gate, sends it good and bad workloads, compares the answers, stops it
	@$(RUN_TEST_CLASS) dev.tidegate.demo.Demo

test: ## unit and integration tests, in the JVM only
	$(MVN) verify

e2e: ## tests against a real API server (K8S=1.25 for the oldest one); the first time builds it with Go
	@assets=$$(tools/control-plane/assets $(K8S)) && echo "control plane: $$assets" && \
	signing=$$(tools/signing/assets) && echo "signing tools: $$signing" && \
	KUBEBUILDER_ASSETS="$$assets" TIDEGATE_SIGNING="$$signing" $(MVN) verify -De2e -Dtidegate.k8s=$(K8S)

bench: target/.test-built ## speed, allocation, start-up and memory, as ratios to a bare HTTPS server; PARTS="images volumes"
	@$(if $(findstring cluster,$(PARTS)),assets=$$(tools/control-plane/assets $(K8S)) && KUBEBUILDER_ASSETS="$$assets") $(RUN_TEST_CLASS) dev.tidegate.bench.Bench $(PARTS)

fuzz: target/.test-built ## longer fuzzing of all that is read: TARGET=bundle SECONDS=600
	@$(RUN_TEST_CLASS) dev.tidegate.fuzz.FuzzRun --seconds=$(SECONDS) $(TARGET)

chaos: target/.built ## a process killed KILLS times while it writes, a registry that fails and lies; make test does a few
	$(MVN) test -Dtest='ArchiveKillIT,CallbackKillIT,FlappingRegistryTest' -Dtidegate.chaos=$(KILLS)

flips: ## every byte of every genuine signature in the corpora changed in three ways, about ten minutes; make test does some
	$(MVN) test -Dtest=FlippedBytesTest -Dtidegate.flips=all

verify: ## format, static analysis (warnings are errors), architecture rules, generated references, short fuzzing
	@rm -rf target/classes target/test-classes target/maven-status # so that all is compiled, and so analysed
	$(MVN) spotless:check test -Dmaven.compiler.failOnWarning=true \
		-Dtest='ArchitectureTest,PolicyReferenceTest,ReferencesTest,ServeConfigTest,FuzzSeedsTest'
	$(MVN) -q dependency:build-classpath -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
	@$(RUN_TEST_CLASS) dev.tidegate.fuzz.FuzzRun --runs=$(FUZZ_RUNS) >target/fuzz.log 2>&1 && \
	echo "Fuzzed with $(FUZZ_RUNS) inputs, found nothing" || { tail -n 60 target/fuzz.log; exit 1; }

format: ## formats the sources as verify wants them
	$(MVN) -q spotless:apply

mutation: ## mutation tests of the packages that decide, or of PACKAGES="registry sigstore"; each fails below 80 %
	@failed=; $(foreach package,$(PACKAGES),$(MVN) -Pmutation test-compile org.pitest:pitest-maven:mutationCoverage \
		-Dmutation.classes='dev.tidegate.$(package).*' -Dmutation.reports=target/pit-reports/$(package) \
		-Dmutation.tests='$(subst $(space),$(comma),$(strip dev.tidegate.$(package).* $(TESTS_$(package):%=dev.tidegate.%)))' \
		|| failed="$$failed $(package)"; ) \
	tools/mutation/summary $(PACKAGES); test -z "$$failed" || { echo "Below 80 %, or not run:$$failed" >&2; exit 1; }

image: target/.built ## container image as target/jib-image.tar; fetches the base image named in pom.xml
	$(MVN) package -Dmaven.test.skip=true jib:buildTar

clean: ## removes what was built here; not the cached control plane
	rm -rf target

target/.built: $(MAIN_SOURCES)
	$(MVN) package -Dmaven.test.skip=true
	@# Commands start in about half the time from a cache of classes as one run left them (JEP 483, JEP 514).
	@# The JVM ignores the cache where it does not fit, so failing to make it only costs speed.
	@TIDEGATE_JAVA_OPTS=-XX:AOTCacheOutput=target/quarkus-app/commands.aot target/tidegate check \
		-f $(DEMO)/cases/all-at-once.yaml --policy $(DEMO)/policies >target/commands-aot.log 2>&1; \
	test -s target/quarkus-app/commands.aot || { echo "No start-up cache was made, commands start slower:"; tail -n 5 target/commands-aot.log; } >&2
	@touch $@
	@echo "Built: target/tidegate"

target/.test-built: target/.built $(TEST_SOURCES)
	$(MVN) test-compile dependency:build-classpath -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
	@touch $@
