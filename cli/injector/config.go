package main

import (
	"bytes"
	"fmt"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// InjectorConfig is the part of the configuration that decides what is rendered.
type InjectorConfig struct {
	DefaultTemplates    []string            `json:"defaultTemplates"`
	Templates           map[string]string   `json:"templates"`
	Aliases             map[string][]string `json:"aliases"`
	InjectedAnnotations map[string]string   `json:"injectedAnnotations"`
}

func parseConfig(text string) (InjectorConfig, error) {
	var config InjectorConfig
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		return config, fmt.Errorf("reading the injector configuration: %w", err)
	}
	if len(config.DefaultTemplates) == 0 {
		config.DefaultTemplates = []string{"sidecar"}
	}
	return config, nil
}

func parseValues(text string) (map[string]any, error) {
	values := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &values); err != nil {
		return nil, fmt.Errorf("reading the values: %w", err)
	}
	return values, nil
}

// render evaluates one template. A key that is missing has no value, as in istiod: a team's templates may ask for any.
func (config InjectorConfig) render(name string, data any) ([]byte, error) {
	text, found := config.Templates[name]
	if !found {
		return nil, fmt.Errorf("requested template %q not found", name)
	}
	parsed, err := template.New("inject").
		Funcs(sprig.TxtFuncMap()).Funcs(functions()).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("parsing template %q: %w", name, err)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, data); err != nil {
		return nil, fmt.Errorf("running template %q: %w", name, err)
	}
	return out.Bytes(), nil
}

// text reads a value like global.hub; a missing one is empty.
func text(values map[string]any, path ...string) string {
	var at any = values
	for _, key := range path {
		inner, ok := at.(map[string]any)
		if !ok {
			return ""
		}
		at = inner[key]
	}
	if at == nil {
		return ""
	}
	return fmt.Sprint(at)
}
