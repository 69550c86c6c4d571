// Command cluster runs one role of a Temporal server on PostgreSQL, or makes what the roles stand on.
//
//	cluster start --service history        one role, until SIGINT or SIGTERM
//	cluster schema                         both databases made and brought to this release's schema
//	cluster namespace --name N --search-attribute Name=Type …
//	cluster sql-tool …                     the schema tool of the server's own project, with its own flags
//
// Every role reads the environment variables of the published server image (DB, POSTGRES_SEEDS, BIND_ON_IP,
// TEMPORAL_BROADCAST_ADDRESS, SQL_MAX_CONNS, …): what works with one works with the other. Called by the name
// `temporal-sql-tool` the program is that tool.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	_ "time/tzdata" // a small image has no time zones of its own

	_ "go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql" // registers the plugins postgres12 and postgres12_pgx
	"go.temporal.io/server/tools/sql"
)

const sqlTool = "temporal-sql-tool"

var errUsage = errors.New("usage: cluster start|schema|namespace|sql-tool …; `cluster COMMAND -h` tells the flags")

func main() {
	if err := run(filepath.Base(os.Args[0]), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(name string, arguments []string) error {
	if name == sqlTool {
		return sql.RunTool(append([]string{sqlTool}, arguments...))
	}
	if len(arguments) == 0 {
		return errUsage
	}
	rest := arguments[1:]
	switch arguments[0] {
	case "start":
		return start(rest)
	case "schema":
		return makeSchema(rest)
	case "namespace":
		return makeNamespace(rest)
	case "sql-tool":
		return sql.RunTool(append([]string{sqlTool}, rest...))
	default:
		return errUsage
	}
}
