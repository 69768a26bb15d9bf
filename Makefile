# Every task of this project. `make` alone lists them.
PYTHON ?= python3
PORT   ?= 8000
EVAL   ?= ../shared/eval
FIGURES ?= docs/quality.json
# Sets whose questions are asked as messages, too.
ANSWERED := banking77_faq clinc_noanswer noanswer_vi noanswer_zhtw officedocs_symptoms
# Sets that are made of others on the fly: without diacritics, and from one language to another.
DERIVED := xquad_vi:stripped xquad_en:from-xquad_vi xquad_en:from-xquad_zh xquad_vi:from-xquad_en
KILLS  ?= 200
CORPUS ?= ../shared/eval/speed_corpus

VENV := .venv
BIN  := $(VENV)/bin
READY := $(VENV)/ready
APT  := DEBIAN_FRONTEND=noninteractive apt-get

.DEFAULT_GOAL := help
.PHONY: help setup run test test-browser test-crash test-whoosh3 test-semantic lint articles format evaluate ablations bench bench-quick bench-writers translations browser clean

help:          ## list the tasks
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: $(READY)  ## make the virtual environment and install everything into it

$(READY): setup.cfg setup.py pyproject.toml kb/kernels/compiled.pyx
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing; trying to install it."; \
	  { $(APT) update -qq && $(APT) install -y -qq python3-venv; } \
	  || { echo "Install it with: apt-get install python3-venv"; exit 1; }; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

run: $(READY)  ## index articles/ and serve the help center; PORT=8000
	$(BIN)/kb index
	$(BIN)/kb serve --port $(PORT)

test: $(READY) browser lint  ## run every test, the browser's included
	$(BIN)/python -m pytest

test-browser: $(READY) browser  ## run only the browser tests
	$(BIN)/python -m pytest tests/browser

test-crash: $(READY)  ## kill the indexer at KILLS=200 moments a sweep
	$(BIN)/python -m pytest tests/indexer -k 'kill or crash' --kills $(KILLS)

test-whoosh3: $(READY)  ## run the engine's tests with whoosh3 in place of whoosh-reloaded
	rm -rf var/whoosh3 && mkdir -p var
	$(PYTHON) -m venv var/whoosh3
	var/whoosh3/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	var/whoosh3/bin/python -m pip uninstall --quiet --yes whoosh-reloaded
	var/whoosh3/bin/python -m pip install --quiet --disable-pip-version-check whoosh3==3.54.0
	var/whoosh3/bin/python -m pytest tests/indexer tests/test_engine_contract*.py

test-semantic: $(READY) browser  ## run every test with the extra for search by meaning
	rm -rf var/semantic && mkdir -p var
	$(PYTHON) -m venv var/semantic
	var/semantic/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev,semantic]'
	var/semantic/bin/python -m pytest -m "semantic or not semantic"

lint: $(READY)  ## check style and types; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

articles: $(READY)  ## check articles/ and the questions that have to find them
	$(BIN)/kb lint --strict --questions

format: $(READY)  ## rewrite the code in the project's style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

evaluate: $(READY)  ## score search on the judged sets under EVAL=../shared/eval; fails where it got worse
	@mkdir -p var/evaluation/runs
	@if [ -d "$(EVAL)" ]; then \
	  $(BIN)/kb evaluate $(if $(wildcard $(EVAL)/BASELINES.md),--baselines "$(EVAL)/BASELINES.md") \
	    --figures $(FIGURES) --table var/evaluation --run var/evaluation/runs $(EVALUATE) \
	    "$(EVAL)"/*/ $(DERIVED:%="$(EVAL)/%") && \
	  $(BIN)/kb evaluate --mode answer --figures $(FIGURES) --run var/evaluation/answers $(EVALUATE) \
	    $(wildcard $(ANSWERED:%=$(EVAL)/%)); \
	else \
	  echo "There are no evaluation sets in $(EVAL); say where: make evaluate EVAL=folder"; \
	fi

ablations: $(READY)  ## measure what each part of the ranking is worth on the judged sets
	$(BIN)/python -m tests.evaluation --sets "$(EVAL)" --work var/evaluation --ablations $(EVALUATE)

bench: $(VENV)/bench  ## compare speed with other engines on CORPUS=../shared/eval/speed_corpus; hours
	$(BIN)/python -m tests.benchmarks --corpus "$(CORPUS)" $(BENCH)

bench-quick: $(VENV)/bench  ## the same in two minutes: 3,000 articles, queries with snippets
	$(BIN)/python -m tests.benchmarks --corpus "$(CORPUS)" --work var/bench-quick \
	  --sizes 3000 --sections speed --kinds known,symptoms --modes snippets \
	  --engines tantivy,fts5,whoosh --questions 40 --rounds 3 $(BENCH)

bench-writers: $(READY)  ## from a push to found by search, from a save to the browser, kb lint; 10 minutes
	$(BIN)/python -m tests.benchmarks.writers --corpus "$(CORPUS)" $(BENCH)

$(VENV)/bench: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

translations: $(READY)  ## collect the interface's strings and compile their translations
	mkdir -p var
	$(BIN)/pybabel extract -F webapp/babel.cfg --no-location --sort-output -o var/messages.pot webapp
	$(BIN)/pybabel update --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date \
	  -i var/messages.pot -d webapp/translations
	$(BIN)/pybabel compile -d webapp/translations

browser:       ## install Chromium and fonts for the browser tests, if they are missing
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  echo "Chromium is missing; trying to install it."; \
	  { $(APT) update -qq && $(APT) install -y -qq --no-install-recommends \
	      chromium fonts-noto-core fonts-noto-cjk; } \
	  || { echo "The browser tests need Chromium. Install it as root with:"; \
	       echo "  apt-get install chromium fonts-noto-core fonts-noto-cjk"; exit 1; }; }
	@command -v java >/dev/null || { \
	  echo "Java is missing; trying to install it for the HTML checker."; \
	  { $(APT) update -qq && $(APT) install -y -qq --no-install-recommends default-jre-headless; } \
	  || echo "Without Java the HTML checker is left out: apt-get install default-jre-headless"; }

clean:         ## delete what can be made again; events and accounts stay
	[ ! -d var ] || find var -mindepth 1 -maxdepth 1 ! -name 'kb.sqlite3*' -exec rm -rf {} +
	rm -rf build $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
