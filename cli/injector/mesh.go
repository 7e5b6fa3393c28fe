package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
	mesh "istio.io/api/mesh/v1alpha1"
	"sigs.k8s.io/yaml"
)

// defaultProxyConfig are the settings that istiod's own code starts from.
func defaultProxyConfig() *mesh.ProxyConfig {
	return &mesh.ProxyConfig{
		ConfigPath:               "./etc/istio/proxy",
		BinaryPath:               "/usr/local/bin/envoy",
		ClusterName:              &mesh.ProxyConfig_ServiceCluster{ServiceCluster: "istio-proxy"},
		DrainDuration:            durationpb.New(45 * time.Second),
		TerminationDrainDuration: durationpb.New(5 * time.Second),
		ProxyAdminPort:           15000,
		ControlPlaneAuthPolicy:   mesh.AuthenticationPolicy_MUTUAL_TLS,
		DiscoveryAddress:         "istiod.istio-system.svc:15012",
		StatNameLength:           189,
		StatusPort:               15020,
	}
}

func defaultMeshConfig() *mesh.MeshConfig {
	return &mesh.MeshConfig{
		ProxyListenPort:        15001,
		ProxyInboundListenPort: 15006,
		TrustDomain:            "cluster.local",
		RootNamespace:          "istio-system",
		EnablePrometheusMerge:  wrapperspb.Bool(true),
		DefaultConfig:          defaultProxyConfig(),
	}
}

// parseMeshConfig lays the ConfigMap's text over the defaults.
func parseMeshConfig(text string) (*mesh.MeshConfig, error) {
	config := defaultMeshConfig()
	if err := overlay(config, text); err != nil {
		return nil, fmt.Errorf("reading the mesh configuration: %w", err)
	}
	return config, nil
}

// overlay sets every field that the YAML text names, zero values too; maps and inner messages are merged.
func overlay(base proto.Message, text string) error {
	fields := map[string]json.RawMessage{}
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return err
	}
	over := base.ProtoReflect().New().Interface()
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(raw, over); err != nil {
		return err
	}
	descriptors := base.ProtoReflect().Descriptor().Fields()
	for name, value := range fields {
		field := descriptors.ByJSONName(name)
		if field == nil {
			field = descriptors.ByName(protoreflect.Name(name))
		}
		if field == nil {
			continue
		}
		if err := overlayField(base.ProtoReflect(), over.ProtoReflect(), field, value); err != nil {
			return err
		}
	}
	return nil
}

func overlayField(base, over protoreflect.Message, field protoreflect.FieldDescriptor, text json.RawMessage) error {
	switch {
	case field.IsMap():
		target := base.Mutable(field).Map()
		over.Get(field).Map().Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
			target.Set(key, value)
			return true
		})
		return nil
	case field.Message() != nil && !field.IsList() && base.Has(field) && bytes.HasPrefix(text, []byte("{")):
		return overlay(base.Mutable(field).Message().Interface(), string(text))
	default:
		base.Set(field, over.Get(field))
		return nil
	}
}

// withoutDefaults is a copy without the fields that say what istiod's defaults say.
func withoutDefaults(message proto.Message) proto.Message {
	if _, ok := message.(*mesh.ProxyConfig); !ok {
		return message
	}
	clean := proto.Clone(message)
	defaults := defaultProxyConfig().ProtoReflect()
	defaults.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if clean.ProtoReflect().Get(field).Equal(value) {
			clean.ProtoReflect().Clear(field)
		}
		return true
	})
	return clean
}

func marshalMessage(message proto.Message) (string, error) {
	text, err := protojson.Marshal(message)
	if err != nil {
		return "", err
	}
	var compact bytes.Buffer
	err = json.Compact(&compact, text)
	return compact.String(), err
}
