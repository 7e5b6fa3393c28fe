package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const proxyContainer = "istio-proxy"

// functions are istiod's own; they win over Sprig's of the same name.
func functions() template.FuncMap {
	passThrough := func(text string) string { return text }
	return template.FuncMap{
		"annotation":          annotation,
		"appendMultusNetwork": appendMultusNetwork,
		"applicationPorts": func(containers []corev1.Container) string {
			return ports(containers, func(c corev1.Container) bool { return c.Name != proxyContainer })
		},
		"contains":           func(part, whole string) bool { return strings.Contains(whole, part) },
		"directory":          func(file string) string { folder, _ := path.Split(file); return folder },
		"env":                environment,
		"excludeInboundPort": excludeInboundPort,
		"excludeInterfaces":  passThrough,
		"formatDuration":     func(d *durationpb.Duration) string { return d.AsDuration().String() },
		"fromJSON":           fromJSON,
		"includeInboundPorts": func(containers []corev1.Container) string {
			return ports(containers, func(corev1.Container) bool { return true })
		},
		"indent":             indent,
		"isset":              func(m map[string]string, key string) bool { _, ok := m[key]; return ok },
		"kubevirtInterfaces": passThrough,
		"mergeMaps":          mergeMaps,
		"omit":               omit,
		"omitNil":            omitNil,
		"protoToJSON":        protoToJSON,
		"strdict":            strdict,
		"structToJSON":       toJSON,
		"toJSON":             func(m map[string]string) (string, error) { return toJSON(m) },
		"toJsonMap":          func(parts ...map[string]string) (string, error) { return toJSON(mergeMaps(parts...)) },
		"toLower":            strings.ToLower,
		"toYaml":             toYAML,
		"valueOrDefault":     valueOrDefault,
	}
}

func annotation(meta metav1.ObjectMeta, name string, fallback any) string {
	if value, found := meta.Annotations[name]; found {
		return value
	}
	return fmt.Sprint(fallback)
}

func valueOrDefault(value, fallback any) any {
	if value == nil || value == "" {
		return fallback
	}
	return value
}

func environment(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

// excludeInboundPort adds a port to a comma list; 0 and a port that is there already change nothing.
func excludeInboundPort(port any, list string) string {
	added := strings.TrimSpace(fmt.Sprint(port))
	if added == "" || added == "0" {
		return list
	}
	var kept []string
	for _, one := range strings.Split(list, ",") {
		if one = strings.TrimSpace(one); one == added {
			return list
		} else if one != "" {
			kept = append(kept, one)
		}
	}
	return strings.Join(append(kept, added), ",")
}

// ports lists the TCP ports of the containers that count.
func ports(containers []corev1.Container, counts func(corev1.Container) bool) string {
	var found []string
	for _, container := range containers {
		if !counts(container) {
			continue
		}
		for _, port := range container.Ports {
			if port.Protocol != corev1.ProtocolUDP && port.Protocol != corev1.ProtocolSCTP {
				found = append(found, strconv.Itoa(int(port.ContainerPort)))
			}
		}
	}
	return strings.Join(found, ",")
}

// appendMultusNetwork adds a network to a comma list, or to a JSON list of objects with names.
func appendMultusNetwork(existing, network string) (string, error) {
	if existing == "" {
		return network, nil
	}
	if !strings.Contains(existing, "]") {
		for _, one := range strings.Split(existing, ",") {
			if strings.TrimSpace(one) == network {
				return existing, nil
			}
		}
		return existing + ", " + network, nil
	}
	var networks []map[string]any
	if err := json.Unmarshal([]byte(existing), &networks); err != nil {
		return existing, nil
	}
	if slices.ContainsFunc(networks, func(one map[string]any) bool { return one["name"] == network }) {
		return existing, nil
	}
	end := strings.LastIndex(existing, "]")
	return existing[:end] + fmt.Sprintf(`, {"name": %q}`, network) + existing[end:], nil
}

func toJSON(value any) (string, error) {
	if value == nil {
		return "{}", nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

func toYAML(value any) (string, error) {
	text, err := yaml.Marshal(value)
	return string(text), err
}

func fromJSON(text string) (any, error) {
	var value any
	err := json.Unmarshal([]byte(text), &value)
	return value, err
}

// indent moves every line but the first.
func indent(spaces int, text string) string {
	return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", spaces))
}

func strdict(pairs ...string) map[string]string {
	result := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		if i+1 < len(pairs) {
			result[pairs[i]] = pairs[i+1]
		} else {
			result[pairs[i]] = ""
		}
	}
	return result
}

func mergeMaps(parts ...map[string]string) map[string]string {
	result := map[string]string{}
	for _, part := range parts {
		maps.Copy(result, part)
	}
	return result
}

func omit(from map[string]string, names ...string) map[string]string {
	result := maps.Clone(from)
	for _, name := range names {
		delete(result, name)
	}
	return result
}

// omitNil takes null entries out at every depth, and what is empty after that.
func omitNil(value any) any {
	switch value := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for key, inner := range value {
			if inner = omitNil(inner); inner != nil {
				kept[key] = inner
			}
		}
		if len(kept) == 0 && len(value) > 0 {
			return nil
		}
		return kept
	case []any:
		var kept []any
		for _, inner := range value {
			if inner = omitNil(inner); inner != nil {
				kept = append(kept, inner)
			}
		}
		if len(kept) == 0 && len(value) > 0 {
			return nil
		}
		return kept
	}
	return value
}

// protoToJSON prints what differs from the defaults of a proxy configuration.
func protoToJSON(message proto.Message) (string, error) {
	return marshalMessage(withoutDefaults(message))
}
