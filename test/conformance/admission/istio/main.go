// Command admission says what the webhook of istiod answers to new objects of Istio's kinds.
//
// Standard input: one object as JSON per line. Standard output: for each object one line, JSON of {errors, warnings}, or
// {undecodable} where istiod cannot read the object at all. It runs the validation that istiod runs, without a server.
// The kind MeshConfig stands for the mesh configuration, which istiod reads from a ConfigMap: its spec is laid over
// Istio's defaults before it is judged, as istiod does.
//
// Whoever builds it puts a copy of Istio's package envoyfilter beside it: the package itself needs all of Envoy's extensions,
// some in a version that no module proxy has.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hashicorp/go-multierror"
	extensions "istio.io/api/extensions/v1alpha1"
	meshconfig "istio.io/api/mesh/v1alpha1"
	networking "istio.io/api/networking/v1alpha3"
	networkingbeta "istio.io/api/networking/v1beta1"
	security "istio.io/api/security/v1beta1"
	telemetry "istio.io/api/telemetry/v1alpha1"

	"meshwright.test/admission/envoyfilter"

	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/validation"
	"istio.io/istio/pkg/config/validation/agent"
	"istio.io/istio/pkg/log"
	"istio.io/istio/pkg/util/protomarshal"
)

type object struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name        string            `json:"name"`
		Namespace   string            `json:"namespace"`
		Labels      map[string]string `json:"labels"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec json.RawMessage `json:"spec"`
}

type answer struct {
	Errors      []string `json:"errors"`
	Warnings    []string `json:"warnings"`
	Undecodable string   `json:"undecodable,omitempty"`
}

type kind struct {
	spec     func() config.Spec
	validate validation.ValidateFunc
}

var kinds = map[string]kind{
	"AuthorizationPolicy":   {func() config.Spec { return &security.AuthorizationPolicy{} }, validation.ValidateAuthorizationPolicy},
	"DestinationRule":       {func() config.Spec { return &networking.DestinationRule{} }, validation.ValidateDestinationRule},
	"EnvoyFilter":           {func() config.Spec { return &networking.EnvoyFilter{} }, envoyfilter.ValidateEnvoyFilter},
	"Gateway":               {func() config.Spec { return &networking.Gateway{} }, validation.ValidateGateway},
	"PeerAuthentication":    {func() config.Spec { return &security.PeerAuthentication{} }, validation.ValidatePeerAuthentication},
	"ProxyConfig":           {func() config.Spec { return &networkingbeta.ProxyConfig{} }, validation.ValidateProxyConfig},
	"RequestAuthentication": {func() config.Spec { return &security.RequestAuthentication{} }, validation.ValidateRequestAuthentication},
	"ServiceEntry":          {func() config.Spec { return &networking.ServiceEntry{} }, validation.ValidateServiceEntry},
	"Sidecar":               {func() config.Spec { return &networking.Sidecar{} }, validation.ValidateSidecar},
	"Telemetry":             {func() config.Spec { return &telemetry.Telemetry{} }, validation.ValidateTelemetry},
	"TrafficExtension":      {func() config.Spec { return &extensions.TrafficExtension{} }, validation.ValidateTrafficExtension},
	"VirtualService":        {func() config.Spec { return &networking.VirtualService{} }, validation.ValidateVirtualService},
	"WasmPlugin":            {func() config.Spec { return &extensions.WasmPlugin{} }, validation.ValidateWasmPlugin},
	"WorkloadEntry":         {func() config.Spec { return &networking.WorkloadEntry{} }, validation.ValidateWorkloadEntry},
	"WorkloadGroup":         {func() config.Spec { return &networking.WorkloadGroup{} }, validation.ValidateWorkloadGroup},
}

func main() {
	// Istio logs to standard output, where the answers go.
	options := log.DefaultOptions()
	options.OutputPaths = []string{"stderr"}
	if err := log.Configure(options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24)
	encoder := json.NewEncoder(out)
	for lines.Scan() {
		var one object
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return err
		}
		found, err := judge(one)
		if err != nil {
			return err
		}
		if err := encoder.Encode(found); err != nil {
			return err
		}
	}
	return lines.Err()
}

func judge(one object) (answer, error) {
	if one.Kind == "MeshConfig" {
		return judgeMesh(one.Spec), nil
	}
	known, found := kinds[one.Kind]
	if !found {
		return answer{}, fmt.Errorf("no kind %q", one.Kind)
	}
	spec := known.spec()
	if len(one.Spec) > 0 {
		if err := config.ApplyJSON(spec, string(one.Spec)); err != nil {
			return answer{Undecodable: err.Error()}, nil
		}
	}
	namespace := one.Metadata.Namespace
	if namespace == "" {
		namespace = "default"
	}
	warnings, err := known.validate(config.Config{
		Meta: config.Meta{
			Name:        one.Metadata.Name,
			Namespace:   namespace,
			Labels:      one.Metadata.Labels,
			Annotations: one.Metadata.Annotations,
			Domain:      "cluster.local",
		},
		Spec: spec,
	})
	return answer{Errors: texts(err), Warnings: texts(warnings)}, nil
}

func judgeMesh(spec json.RawMessage) answer {
	if err := protomarshal.ApplyJSON(string(spec), &meshconfig.MeshConfig{}); err != nil {
		return answer{Undecodable: err.Error()}
	}
	// What istiod reads it with validates as well, but keeps the warnings to itself.
	merged, err := mesh.ApplyMeshConfig(string(spec), mesh.DefaultMeshConfig())
	if err != nil {
		return answer{Errors: texts(err), Warnings: []string{}}
	}
	warnings, err := agent.ValidateMeshConfig(merged)
	return answer{Errors: texts(err), Warnings: texts(warnings)}
}

// texts takes the single problems out of what Istio joins to one.
func texts(err error) []string {
	if err == nil {
		return []string{}
	}
	var several *multierror.Error
	if !errors.As(err, &several) {
		return []string{err.Error()}
	}
	found := []string{}
	for _, each := range several.Errors {
		found = append(found, texts(each)...)
	}
	return found
}
