// Command verdict says what the validation of a Kubernetes API server answers to new custom resources.
//
// Arguments: files of CustomResourceDefinitions. Standard input: one object as JSON per line. Standard output: for
// each object one line, a JSON list of {kind, path, message, blocking}. It runs the same code as an API server, without
// one: pruning, defaulting, schema validation, list types and CEL rules.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

type checker struct {
	structural *schema.Structural
	schema     validation.SchemaValidator
	rules      *cel.Validator
	// hasStatus says whether there is a status subresource: then a creation has no say in the status.
	hasStatus bool
}

type answer struct {
	Kind     string `json:"kind"`
	Path     string `json:"path"`
	Message  string `json:"message"`
	Blocking bool   `json:"blocking"`
}

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(files []string, in io.Reader, out io.Writer) error {
	checkers := map[string]*checker{}
	for _, file := range files {
		if err := load(file, checkers); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24)
	encoder := json.NewEncoder(out)
	for lines.Scan() {
		var object map[string]interface{}
		if err := utiljson.Unmarshal(lines.Bytes(), &object); err != nil {
			return err
		}
		key := fmt.Sprintf("%v/%v", object["apiVersion"], object["kind"])
		found := checkers[key]
		if found == nil {
			return fmt.Errorf("no definition of %s", key)
		}
		if err := encoder.Encode(found.check(object)); err != nil {
			return err
		}
	}
	return lines.Err()
}

func load(file string, checkers map[string]*checker) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, document := range bytes.Split(raw, []byte("\n---\n")) {
		var definition v1.CustomResourceDefinition
		if err := yaml.Unmarshal(document, &definition); err != nil {
			return err
		}
		if definition.Kind != "CustomResourceDefinition" {
			continue
		}
		for _, version := range definition.Spec.Versions {
			made, err := newChecker(version.Schema.OpenAPIV3Schema)
			if err != nil {
				return fmt.Errorf("%s: %w", definition.Name, err)
			}
			made.hasStatus = version.Subresources != nil && version.Subresources.Status != nil
			checkers[definition.Spec.Group+"/"+version.Name+"/"+definition.Spec.Names.Kind] = made
		}
	}
	return nil
}

func newChecker(props *v1.JSONSchemaProps) (*checker, error) {
	internal := &apiextensions.JSONSchemaProps{}
	if err := v1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(props, internal, nil); err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(internal)
	if err != nil {
		return nil, err
	}
	if err := defaulting.PruneDefaults(structural); err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(internal)
	if err != nil {
		return nil, err
	}
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	return &checker{structural: structural, schema: validator, rules: rules}, nil
}

// check follows the order of the registry's create strategy.
func (c *checker) check(object map[string]interface{}) []answer {
	answers := []answer{}
	tracking := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	for _, path := range pruning.PruneWithOptions(object, c.structural, true, tracking) {
		answers = append(answers, answer{Kind: "unknown-field", Path: path})
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, c.structural)
	defaulting.Default(object, c.structural)
	if c.hasStatus {
		delete(object, "status")
	}

	problems := validation.ValidateCustomResource(nil, object, c.schema)
	problems = append(problems, listtype.ValidateListSetsAndMaps(nil, c.structural, object)...)
	blocked := false
	for _, problem := range problems {
		blocks := isBlocking(problem)
		blocked = blocked || blocks
		answers = append(answers, answer{"schema", problem.Field, problem.Detail, blocks})
	}
	if blocked {
		return answers
	}
	broken, _ := c.rules.Validate(context.Background(), nil, c.structural, object, nil, celconfig.RuntimeCELCostBudget)
	for _, problem := range broken {
		answers = append(answers, answer{"cel", problem.Field, problem.Detail, false})
	}
	return answers
}

// isBlocking says whether a server leaves the rules unasked after this problem.
func isBlocking(problem *field.Error) bool {
	switch problem.Type {
	case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany,
		field.ErrorTypeTypeInvalid:
		return true
	}
	return false
}
