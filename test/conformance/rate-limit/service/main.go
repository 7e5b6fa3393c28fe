// Command ratelimit asks the rate-limit service's own loader what a configuration means.
//
// Standard input: one {configuration, asked, environment} as JSON per line: the text of a configuration file, a list of
// {domain, entries: [{key, value}]} as proxies send them, and variables. Standard output: for each line {error} where the
// service refuses the file, else {limits}, for each that was asked {requests, unit, unlimited, shadow}, or null where nothing
// is counted; {settings}, what the service makes of the variables; and {messages}, what is wrong with each of {type, value}
// as a message of Envoy, empty where nothing is.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	_ "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	pb "github.com/envoyproxy/go-control-plane/envoy/extensions/common/ratelimit/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/local_ratelimit/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ratelimit/v3"
	"github.com/envoyproxy/ratelimit/src/config"
	"github.com/envoyproxy/ratelimit/src/settings"
	"github.com/envoyproxy/ratelimit/src/stats"
	gostats "github.com/lyft/gostats"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

type entry struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type request struct {
	Configuration string `json:"configuration"`
	Asked         []struct {
		Domain  string  `json:"domain"`
		Entries []entry `json:"entries"`
	} `json:"asked"`
	Environment map[string]string `json:"environment"`
	Messages    []struct {
		Type  string          `json:"type"`
		Value json.RawMessage `json:"value"`
	} `json:"messages"`
}

type limit struct {
	Requests  uint32 `json:"requests"`
	Unit      string `json:"unit"`
	Unlimited bool   `json:"unlimited"`
	Shadow    bool   `json:"shadow"`
}

type answer struct {
	Error    string         `json:"error,omitempty"`
	Limits   []*limit       `json:"limits"`
	Settings map[string]any `json:"settings"`
	Messages []string       `json:"messages"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	questions, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var asked request
		if err := questions.Decode(&asked); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for name, value := range asked.Environment {
			if err := os.Setenv(name, value); err != nil {
				return err
			}
		}
		if err := answers.Encode(judge(asked)); err != nil {
			return err
		}
		for name := range asked.Environment {
			if err := os.Unsetenv(name); err != nil {
				return err
			}
		}
	}
}

// judge loads the file as the service does at its start, where a bad one is a panic.
func judge(asked request) (found answer) {
	defer func() {
		if reason := recover(); reason != nil {
			found = answer{Error: fmt.Sprint(reason)}
		}
	}()
	const name = "config.yaml"
	read := settings.NewSettings()
	found.Settings = map[string]any{
		"HOST": read.Host, "PORT": read.Port, "GRPC_HOST": read.GrpcHost, "GRPC_PORT": read.GrpcPort,
		"DEBUG_HOST": read.DebugHost, "LOG_LEVEL": read.LogLevel, "LOG_FORMAT": read.LogFormat,
		"RUNTIME_ROOT": read.RuntimePath, "RUNTIME_SUBDIRECTORY": read.RuntimeSubdirectory,
		"RUNTIME_APPDIRECTORY": read.RuntimeAppDirectory, "RUNTIME_WATCH_ROOT": read.RuntimeWatchRoot,
		"RUNTIME_IGNOREDOTFILES": read.RuntimeIgnoreDotFiles, "USE_STATSD": read.UseStatsd,
		"USE_PROMETHEUS": read.UsePrometheus, "PROMETHEUS_ADDR": read.PrometheusAddr,
		"REDIS_SOCKET_TYPE": read.RedisSocketType, "REDIS_TYPE": read.RedisType, "REDIS_URL": read.RedisUrl,
		"REDIS_TLS": read.RedisTls, "REDIS_AUTH": read.RedisAuth,
	}
	manager := stats.NewStatManager(gostats.NewStore(gostats.NewNullSink(), false), read)
	loaded := config.NewRateLimitConfigImpl([]config.RateLimitConfigToLoad{
		{Name: name, ConfigYaml: config.ConfigFileContentToYaml(name, asked.Configuration)},
	}, manager, false)
	for _, message := range asked.Messages {
		found.Messages = append(found.Messages, invalid(message.Type, message.Value))
	}
	found.Limits = []*limit{}
	for _, each := range asked.Asked {
		descriptor := &pb.RateLimitDescriptor{}
		for _, sent := range each.Entries {
			descriptor.Entries = append(descriptor.Entries, &pb.RateLimitDescriptor_Entry{Key: sent.Key, Value: sent.Value})
		}
		got := loaded.GetLimit(context.Background(), each.Domain, descriptor)
		if got == nil {
			found.Limits = append(found.Limits, nil)
			continue
		}
		found.Limits = append(found.Limits, &limit{
			Requests:  got.Limit.RequestsPerUnit,
			Unit:      got.Limit.Unit.String(),
			Unlimited: got.Unlimited,
			Shadow:    got.ShadowMode,
		})
	}
	return found
}

// invalid says why Envoy would not take a message; it is empty for one that is right.
func invalid(name string, value []byte) string {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name))
	if err != nil {
		return err.Error()
	}
	message := kind.New().Interface()
	if err := protojson.Unmarshal(value, message); err != nil {
		return err.Error()
	}
	if judged, ok := message.(interface{ ValidateAll() error }); ok {
		if err := judged.ValidateAll(); err != nil {
			return err.Error()
		}
	}
	return ""
}
