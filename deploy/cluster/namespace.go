package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

const pause = 500 * time.Millisecond

// attributes collects repeated --search-attribute Name=Type flags.
type attributes map[string]enums.IndexedValueType

func (found attributes) String() string { return fmt.Sprint(map[string]enums.IndexedValueType(found)) }

func (found attributes) Set(text string) error {
	name, kind, _ := strings.Cut(text, "=")
	parsed, err := enums.IndexedValueTypeFromString(kind)
	if err != nil || name == "" {
		return fmt.Errorf("%q is not Name=Type with a type such as Keyword, Datetime, Bool", text)
	}
	found[name] = parsed
	return nil
}

// makeNamespace makes a namespace with its search attributes and returns when the server lists every one of them.
//
// A server that is still starting and a namespace that its hosts have not read yet are waited for, until --within.
// An attribute that is there with another type is an error at once: nobody may change it silently.
func makeNamespace(arguments []string) error {
	wanted := attributes{}
	flags := flag.NewFlagSet("namespace", flag.ContinueOnError)
	address := flags.String("address", or(os.Getenv("TEMPORAL_ADDRESS"), "127.0.0.1:7233"), "a frontend, host:port")
	name := flags.String("name", "", "the namespace")
	retention := flags.Duration("retention", 30*24*time.Hour, "how long closed executions are kept")
	within := flags.Duration("within", 2*time.Minute, "how long to wait for the server")
	flags.Var(wanted, "search-attribute", "Name=Type; may be repeated")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if *name == "" {
		return fmt.Errorf("--name is missing")
	}
	connection, err := grpc.NewClient(*address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), *within)
	defer cancel()
	door := namespaceDoor{workflowservice.NewWorkflowServiceClient(connection), operatorservice.NewOperatorServiceClient(connection), *name}
	return untilDone(ctx, func() (bool, error) { return door.bringUp(ctx, *retention, wanted) })
}

type namespaceDoor struct {
	workflows workflowservice.WorkflowServiceClient
	operator  operatorservice.OperatorServiceClient
	name      string
}

// bringUp makes what is missing. The boolean says whether trying again may help.
func (door namespaceDoor) bringUp(ctx context.Context, retention time.Duration, wanted attributes) (bool, error) {
	_, err := door.workflows.RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace:                        door.name,
		WorkflowExecutionRetentionPeriod: durationpb.New(retention),
	})
	if status.Code(err) != codes.OK && status.Code(err) != codes.AlreadyExists {
		return true, err
	}
	missing, wrong, err := door.missing(ctx, wanted)
	if wrong != nil {
		return false, wrong
	}
	if err != nil {
		return true, err
	}
	if len(missing) > 0 {
		if _, err := door.operator.AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
			Namespace: door.name, SearchAttributes: missing,
		}); err != nil {
			return true, err
		}
		return true, fmt.Errorf("namespace %s does not list %s yet", door.name, strings.Join(namesOf(missing), ", "))
	}
	fmt.Printf("namespace %s has %s\n", door.name, strings.Join(namesOf(wanted), ", "))
	return false, nil
}

func (door namespaceDoor) missing(ctx context.Context, wanted attributes) (missing attributes, wrong, err error) {
	listed, err := door.operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: door.name})
	if err != nil {
		return nil, nil, err
	}
	missing = attributes{}
	for name, kind := range wanted {
		found, there := listed.GetCustomAttributes()[name]
		if !there {
			missing[name] = kind
		} else if found != kind {
			return nil, fmt.Errorf("search attribute %s is a %s, not a %s: a new name is needed", name, found, kind), nil
		}
	}
	return missing, nil, nil
}

// untilDone repeats while trying again may help, and tells the last reason when time is up.
func untilDone(ctx context.Context, once func() (bool, error)) error {
	for {
		again, err := once()
		if err == nil || !again {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("gave up waiting: %w", err)
		case <-time.After(pause):
		}
	}
}

func namesOf(found attributes) []string {
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func or(first, second string) string {
	if first != "" {
		return first
	}
	return second
}
