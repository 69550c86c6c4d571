package main

import (
	"errors"
	"flag"
	"fmt"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/tools/common/schema"
	"go.temporal.io/server/tools/sql"
)

// The versioned folders embedded in the server module.
const (
	executionSchema  = "postgresql/v12/temporal"
	visibilitySchema = "postgresql/v12/visibility"
)

// makeSchema makes both databases and brings them to this release's schema; a second run changes nothing.
//
// It reads the environment of the roles and so reaches exactly the databases that they will open.
func makeSchema(arguments []string) error {
	flags := flag.NewFlagSet("schema", flag.ContinueOnError)
	maintenance := flags.String("maintenance-database", "postgres", "an existing database from which others are created")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	settings, err := config.Load(config.WithEmbedded())
	if err != nil {
		return fmt.Errorf("the environment makes no configuration: %w", err)
	}
	logger := log.NewCLILogger()
	stores := []struct{ store, name string }{
		{settings.Persistence.DefaultStore, executionSchema},
		{settings.Persistence.VisibilityStore, visibilitySchema},
	}
	for _, each := range stores {
		store := settings.Persistence.DataStores[each.store]
		if store.SQL == nil {
			return errors.New("DB names no SQL plugin: set DB=postgres12")
		}
		if err := bringUp(*store.SQL, each.name, *maintenance, logger); err != nil {
			return fmt.Errorf("%s in database %s: %w", each.name, store.SQL.DatabaseName, err)
		}
		fmt.Printf("%s: %s is there\n", store.SQL.DatabaseName, each.name)
	}
	return nil
}

// bringUp takes the configuration by value: creating a database points it at another one.
func bringUp(database config.SQL, name, maintenance string, logger log.Logger) error {
	creating := database
	if err := sql.DoCreateDatabase(&creating, maintenance, logger); err != nil {
		return err
	}
	connection, err := sql.NewConnection(&database, logger)
	if err != nil {
		return err
	}
	defer connection.Close()
	setup := &schema.SetupConfig{InitialVersion: "0.0"}
	if err := schema.NewSetupSchemaTask(connection, setup, logger).Run(); err != nil {
		return err
	}
	return schema.NewUpdateSchemaTask(connection, &schema.UpdateConfig{SchemaName: name}, logger).Run()
}
