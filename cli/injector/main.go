// Command injector evaluates injection templates the way istiod's injection webhook does: it renders the Go templates of
// an injector configuration for one workload, lays the result over its pod, and prints the workload.
//
// It knows istiod's rules (template functions, template data, merge) and nothing of any particular template.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// A Request is what istiod would know when a pod is created. It is read as JSON from standard input.
type Request struct {
	// Config and Values are the texts of the two keys of the ConfigMap istio-sidecar-injector.
	Config string `json:"config"`
	Values string `json:"values"`
	// MeshConfig is the text of the key mesh of the ConfigMap istio.
	MeshConfig string `json:"meshConfig"`
	// Workload is YAML: a Pod, or anything with a pod template.
	Workload string `json:"workload"`
	// Revision of istiod; empty is the default one.
	Revision string `json:"revision"`
	// NativeSidecars says whether the cluster has them.
	NativeSidecars bool `json:"nativeSidecars"`
	// ProxyUID and ProxyGID come from the namespace on OpenShift; 0 means 1337.
	ProxyUID int64 `json:"proxyUID"`
	ProxyGID int64 `json:"proxyGID"`
	// CompliancePolicy is the environment variable COMPLIANCE_POLICY of istiod.
	CompliancePolicy string `json:"compliancePolicy"`
	// Gateway is YAML of a Gateway of the Kubernetes Gateway API: what is deployed for it is rendered instead of a workload.
	Gateway string `json:"gateway"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run answers one request, or a list of requests with a list of answers: a process per case costs more than the case.
func run(in io.Reader, out io.Writer) error {
	var requests []Request
	if err := json.NewDecoder(in).Decode(&requests); err != nil {
		return fmt.Errorf("reading the requests: %w", err)
	}
	answers := make([]Answer, 0, len(requests))
	for _, request := range requests {
		answers = append(answers, answer(request))
	}
	return json.NewEncoder(out).Encode(answers)
}

// An Answer has the workload, or the objects of a managed gateway, or the error that istiod would log.
type Answer struct {
	Workload map[string]any   `json:"workload,omitempty"`
	Objects  []map[string]any `json:"objects,omitempty"`
	Error    string           `json:"error,omitempty"`
}

func answer(request Request) Answer {
	var result Answer
	var err error
	if request.Gateway == "" {
		result.Workload, err = inject(request)
	} else {
		result.Objects, err = renderGateway(request)
	}
	if err != nil {
		return Answer{Error: err.Error()}
	}
	return result
}
