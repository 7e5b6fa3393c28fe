// Command mesh-config prints, as JSON, what the descriptors of Istio's mesh configuration say: every message that can
// be reached from the named ones, its fields by their JSON names, and the values of the enumerations.
//
// Arguments: full names of messages. Comments are not part of a descriptor, so no prose comes along.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	_ "istio.io/api/mesh/v1alpha1"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

type field struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	Ref        string `json:"ref,omitempty"`
	Many       string `json:"many,omitempty"`
	Deprecated bool   `json:"deprecated,omitempty"`
}

type message struct {
	Fields []field    `json:"fields"`
	OneOfs [][]string `json:"oneOfs,omitempty"`
}

type answer struct {
	Messages map[string]message  `json:"messages"`
	Enums    map[string][]string `json:"enums"`
}

// wellKnown are the messages that have a form of their own in JSON.
var wellKnown = map[protoreflect.FullName]string{
	"google.protobuf.Duration":    "duration",
	"google.protobuf.Struct":      "struct",
	"google.protobuf.Value":       "value",
	"google.protobuf.BoolValue":   "bool",
	"google.protobuf.StringValue": "string",
	"google.protobuf.Int32Value":  "int32",
	"google.protobuf.Int64Value":  "int64",
	"google.protobuf.UInt32Value": "uint32",
	"google.protobuf.UInt64Value": "uint64",
	"google.protobuf.FloatValue":  "float",
	"google.protobuf.DoubleValue": "double",
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(roots []string) error {
	out := answer{Messages: map[string]message{}, Enums: map[string][]string{}}
	for _, root := range roots {
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(root))
		if err != nil {
			return fmt.Errorf("%s: %w", root, err)
		}
		described, ok := found.(protoreflect.MessageDescriptor)
		if !ok {
			return fmt.Errorf("%s is not a message", root)
		}
		out.message(described)
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

func (a answer) message(m protoreflect.MessageDescriptor) {
	name := string(m.FullName())
	if _, known := a.Messages[name]; known {
		return
	}
	a.Messages[name] = message{} // A message may hold itself.
	described := message{Fields: []field{}}
	for i := 0; i < m.Fields().Len(); i++ {
		described.Fields = append(described.Fields, a.field(m.Fields().Get(i)))
	}
	for i := 0; i < m.Oneofs().Len(); i++ {
		if group := m.Oneofs().Get(i); !group.IsSynthetic() {
			names := []string{}
			for j := 0; j < group.Fields().Len(); j++ {
				names = append(names, group.Fields().Get(j).JSONName())
			}
			described.OneOfs = append(described.OneOfs, names)
		}
	}
	a.Messages[name] = described
}

func (a answer) field(f protoreflect.FieldDescriptor) field {
	out := field{Name: f.JSONName()}
	if options, ok := f.Options().(*descriptorpb.FieldOptions); ok {
		out.Deprecated = options.GetDeprecated()
	}
	one := f
	switch {
	case f.IsMap():
		out.Many = "map"
		one = f.MapValue()
	case f.IsList():
		out.Many = "list"
	}
	switch {
	case one.Message() != nil:
		if form, ok := wellKnown[one.Message().FullName()]; ok {
			out.Type = form
			break
		}
		out.Type = "message"
		out.Ref = string(one.Message().FullName())
		a.message(one.Message())
	case one.Enum() != nil:
		out.Type = "enum"
		out.Ref = string(one.Enum().FullName())
		values := []string{}
		for i := 0; i < one.Enum().Values().Len(); i++ {
			values = append(values, string(one.Enum().Values().Get(i).Name()))
		}
		a.Enums[out.Ref] = values
	default:
		out.Type = one.Kind().String()
	}
	return out
}
