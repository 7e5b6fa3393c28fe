// Command charts renders Helm charts with Helm's own engine, without a cluster.
//
// Standard input: one {chart, values, release, namespace} as JSON per line; chart is a folder. Standard output: for each
// line one JSON object, from the names of templates to what they give.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

type request struct {
	Chart     string         `json:"chart"`
	Values    map[string]any `json:"values"`
	Release   string         `json:"release"`
	Namespace string         `json:"namespace"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24)
	answers := json.NewEncoder(out)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		rendered, err := render(asked)
		if err != nil {
			return fmt.Errorf("%s: %w", asked.Chart, err)
		}
		if err := answers.Encode(rendered); err != nil {
			return err
		}
	}
	return lines.Err()
}

func render(asked request) (map[string]string, error) {
	loaded, err := loader.Load(asked.Chart)
	if err != nil {
		return nil, err
	}
	release := chartutil.ReleaseOptions{Name: asked.Release, Namespace: asked.Namespace, IsInstall: true}
	values, err := chartutil.ToRenderValues(loaded, asked.Values, release, nil)
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Render(loaded, values)
	if err != nil {
		return nil, err
	}
	for name := range rendered {
		if !strings.HasSuffix(name, ".yaml") {
			delete(rendered, name)
		}
	}
	return rendered, nil
}
