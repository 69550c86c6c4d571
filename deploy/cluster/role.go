package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/temporal"
)

// start serves the roles of --service (or TEMPORAL_SERVICES, separated by commas; all four without either).
//
// The authorizer and the claim mapper are those of TEMPORAL_AUTH_AUTHORIZER and TEMPORAL_AUTH_CLAIM_MAPPER; TLS is
// that of the TEMPORAL_TLS_* variables.
func start(arguments []string) error {
	flags := flag.NewFlagSet("start", flag.ContinueOnError)
	wanted := flags.String("service", os.Getenv("TEMPORAL_SERVICES"), "frontend, history, matching, worker; several by commas")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	roles, err := rolesOf(*wanted)
	if err != nil {
		return err
	}
	settings, err := config.Load(config.WithEmbedded())
	if err != nil {
		return fmt.Errorf("the environment makes no configuration: %w", err)
	}
	logger := log.NewZapLogger(log.BuildZapLogger(settings.Log))
	guard := &settings.Global.Authorization
	authorizer, err := authorization.GetAuthorizerFromConfig(guard)
	if err != nil {
		return fmt.Errorf("TEMPORAL_AUTH_AUTHORIZER: %w", err)
	}
	claims, err := authorization.GetClaimMapperFromConfig(guard, logger)
	if err != nil {
		return fmt.Errorf("TEMPORAL_AUTH_CLAIM_MAPPER: %w", err)
	}
	audience, err := authorization.GetAudienceMapperFromConfig(guard)
	if err != nil {
		return fmt.Errorf("the audience of the authorization: %w", err)
	}
	server, err := temporal.NewServer(
		temporal.ForServices(roles),
		temporal.WithConfig(settings),
		temporal.WithLogger(logger),
		temporal.InterruptOn(temporal.InterruptCh()),
		temporal.WithAuthorizer(authorizer),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return claims }),
		temporal.WithAudienceGetter(func(*config.Config) authorization.JWTAudienceMapper { return audience }),
	)
	if err != nil {
		return fmt.Errorf("%s cannot be made: %w", strings.Join(roles, ","), err)
	}
	if err := server.Start(); err != nil { // returns when interrupted
		return fmt.Errorf("%s: %w", strings.Join(roles, ","), err)
	}
	return nil
}

func rolesOf(wanted string) ([]string, error) {
	if wanted == "" {
		return temporal.DefaultServices, nil
	}
	known := make(map[string]bool, len(temporal.Services))
	for _, name := range temporal.Services {
		known[name] = true
	}
	roles := strings.Split(wanted, ",")
	for at, name := range roles {
		roles[at] = strings.TrimSpace(name)
		if !known[roles[at]] {
			return nil, fmt.Errorf("%q is no role; there are %s", name, strings.Join(temporal.Services, ", "))
		}
	}
	return roles, nil
}
