# Both databases of the Temporal server, at the schema of the tools' own release. Every step may be repeated.
for each in temporal:temporal temporal_visibility:visibility; do
  database=${each%%:*}
  temporal-sql-tool --db "$database" create-database --defaultdb postgres
  temporal-sql-tool --db "$database" setup-schema --version 0.0
  temporal-sql-tool --db "$database" update-schema --schema-name "postgresql/v12/${each##*:}"
done
