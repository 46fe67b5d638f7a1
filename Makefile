# Navette. Everything a person or a script runs starts here; the work is done in scripts/.
# Variables: PORT (demo), RESET=1 (demo), PYTEST_ARGS (test).

PORT ?= 8000
RESET ?= 0
PYTEST_ARGS ?=
PYTHON ?= python3
export PORT RESET PYTHON

RUN = .venv/bin/python
MANAGE = $(RUN) manage.py

.PHONY: help demo test check fix bench diagrams clean

help: ## Liste les commandes
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do \
		printf '%-18s %s\n' "$$name" "$$what"; done

demo: ## Installe ce qui manque et sert le ministère de démonstration (PORT=8000, RESET=1 repart de zéro)
	@sh scripts/setup.sh demo
	@exec $(RUN) scripts/demo.py

test: ## Joue tous les tests, navigateur compris (PYTEST_ARGS="tests/accounts -k siret")
	@sh scripts/setup.sh test
	@$(RUN) scripts/run_tests.py $(PYTEST_ARGS)

check: ## Vérifie format, règles, types, couches, migrations, déploiement, diagrammes
	@sh scripts/setup.sh check
	@sh scripts/check.sh

fix: ## Met en forme et corrige ce qui peut l’être
	@sh scripts/setup.sh check
	$(RUN) scripts/fix_typography.py
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: ## Mesure les pages, les étapes et les actes (BENCH_SIZES=1000 pour aller vite)
	@sh scripts/setup.sh demo
	@exec $(RUN) -m bench

diagrams: ## Redessine docs/diagrammes à partir du code
	@sh scripts/setup.sh check
	$(MANAGE) diagrams

clean: ## Efface les données locales (base, fichiers, clés) et l’environnement
	rm -rf var .venv
