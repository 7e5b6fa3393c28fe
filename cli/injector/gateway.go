package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"google.golang.org/protobuf/proto"
	mesh "istio.io/api/mesh/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"
)

// gatewayClass is what istiod knows of a class that it deploys for.
type gatewayClass struct {
	template        string
	controllerLabel string
	serviceType     corev1.ServiceType
	// suffixed names are those of gateways that may share theirs with something else.
	suffixed bool
	// selfMarked classes turn ambient capture of themselves off in their template; istiod does it for the others.
	selfMarked bool
}

var gatewayClasses = map[gateway.ObjectName]gatewayClass{
	"istio":           {"kube-gateway", "istio.io-gateway-controller", corev1.ServiceTypeLoadBalancer, true, false},
	"istio-waypoint":  {"waypoint", "istio.io-mesh-controller", corev1.ServiceTypeClusterIP, false, true},
	"istio-east-west": {"waypoint", "istio.io-eastwest-controller", corev1.ServiceTypeLoadBalancer, false, true},
}

// GatewayData is what a template of managed gateways sees.
type GatewayData struct {
	*gateway.Gateway
	GatewayClass              string
	DeploymentName            string
	ServiceAccount            string
	Ports                     []corev1.ServicePort
	ServiceType               corev1.ServiceType
	ClusterID                 string
	KubeVersion               int
	Revision                  string
	NativeSidecars            bool
	ProxyUID                  int64
	ProxyGID                  int64
	CompliancePolicy          string
	InfrastructureLabels      map[string]string
	InfrastructureAnnotations map[string]string
	GatewayNameLabel          string
	IsEastWestGateway         bool
	ControllerLabel           string

	ProxyImage  string
	ProxyConfig *mesh.ProxyConfig
	MeshConfig  *mesh.MeshConfig
	Values      map[string]any
}

// renderGateway gives the objects that istiod would apply for a Gateway.
func renderGateway(request Request) ([]map[string]any, error) {
	config, err := parseConfig(request.Config)
	if err != nil {
		return nil, err
	}
	values, err := parseValues(request.Values)
	if err != nil {
		return nil, err
	}
	meshConfig, err := parseMeshConfig(request.MeshConfig)
	if err != nil {
		return nil, err
	}
	object := &gateway.Gateway{}
	if err := yaml.Unmarshal([]byte(request.Gateway), object); err != nil {
		return nil, fmt.Errorf("reading the Gateway: %w", err)
	}
	class, found := gatewayClasses[object.Spec.GatewayClassName]
	if !found {
		return nil, fmt.Errorf("no gateway class %q", object.Spec.GatewayClassName)
	}
	rendered, err := config.render(class.template, gatewayData(request, object, class, meshConfig, values))
	if err != nil {
		return nil, err
	}
	return applied(rendered, class)
}

func gatewayData(request Request, object *gateway.Gateway, class gatewayClass, meshConfig *mesh.MeshConfig, values map[string]any) *GatewayData {
	proxyConfig := proto.Clone(meshConfig.GetDefaultConfig()).(*mesh.ProxyConfig)
	name := object.Name
	if class.suffixed {
		name += "-" + string(object.Spec.GatewayClassName)
	}
	serviceType := class.serviceType
	if wanted, found := object.Annotations["networking.istio.io/service-type"]; found {
		serviceType = corev1.ServiceType(wanted)
	}
	return &GatewayData{
		Gateway:                   object,
		GatewayClass:              string(object.Spec.GatewayClassName),
		DeploymentName:            annotation(object.ObjectMeta, "gateway.istio.io/name-override", name),
		ServiceAccount:            annotation(object.ObjectMeta, "gateway.istio.io/service-account", name),
		Ports:                     servicePorts(object),
		ServiceType:               serviceType,
		ClusterID:                 "Kubernetes",
		KubeVersion:               133,
		Revision:                  request.Revision,
		NativeSidecars:            request.NativeSidecars,
		ProxyUID:                  orDefaultID(request.ProxyUID),
		ProxyGID:                  orDefaultID(request.ProxyGID),
		CompliancePolicy:          request.CompliancePolicy,
		InfrastructureLabels:      infrastructureLabels(object, class, values),
		InfrastructureAnnotations: infrastructureAnnotations(object),
		GatewayNameLabel:          "gateway.networking.k8s.io/gateway-name",
		IsEastWestGateway:         object.Spec.GatewayClassName == "istio-east-west",
		ControllerLabel:           class.controllerLabel,
		ProxyImage:                image(values, "proxy", proxyConfig.GetImage().GetImageType(), object.Annotations),
		ProxyConfig:               proxyConfig,
		MeshConfig:                meshConfig,
		Values:                    values,
	}
}

// servicePorts are the port for health checks and one per port number of the listeners.
func servicePorts(object *gateway.Gateway) []corev1.ServicePort {
	health := "tcp"
	ports := []corev1.ServicePort{{Name: "status-port", Port: 15021, AppProtocol: &health}}
	seen := map[gateway.PortNumber]bool{}
	for _, listener := range object.Spec.Listeners {
		if seen[listener.Port] {
			continue
		}
		seen[listener.Port] = true
		protocol := strings.ToLower(string(listener.Protocol))
		name := strings.ReplaceAll(string(listener.Name), ".", "-")
		ports = append(ports, corev1.ServicePort{Name: name[:min(len(name), 63)], Port: int32(listener.Port), AppProtocol: &protocol})
	}
	return ports
}

// infrastructureLabels are those of the Gateway's infrastructure, else its own, and what istiod adds where nothing is said.
func infrastructureLabels(object *gateway.Gateway, class gatewayClass, values map[string]any) map[string]string {
	labels := maps.Clone(object.Labels)
	if infrastructure := object.Spec.Infrastructure; infrastructure != nil && infrastructure.Labels != nil {
		labels = map[string]string{}
		for name, value := range infrastructure.Labels {
			if !strings.HasPrefix(string(name), "gateway.networking.k8s.io/") {
				labels[string(name)] = string(value)
			}
		}
	}
	if labels == nil {
		labels = map[string]string{}
	}
	_, onGateway := object.Labels["istio.io/dataplane-mode"]
	_, onInfrastructure := labels["istio.io/dataplane-mode"]
	if !class.selfMarked && !onGateway && !onInfrastructure {
		labels["istio.io/dataplane-mode"] = "none"
	}
	network := text(values, "global", "network")
	if _, said := object.Labels["topology.istio.io/network"]; class.selfMarked && !said && network != "" {
		labels["topology.istio.io/network"] = network
	}
	return labels
}

func infrastructureAnnotations(object *gateway.Gateway) map[string]string {
	if infrastructure := object.Spec.Infrastructure; infrastructure != nil && infrastructure.Annotations != nil {
		annotations := map[string]string{}
		for name, value := range infrastructure.Annotations {
			if !strings.HasPrefix(string(name), "gateway.networking.k8s.io/") {
				annotations[string(name)] = string(value)
			}
		}
		return annotations
	}
	return maps.Clone(object.Annotations)
}

// applied splits the documents and leaves out the kinds that need parameters of the Gateway. Reading them as what they
// are, and writing them again, is the API server's part: a field that it does not know is an error here.
func applied(rendered []byte, class gatewayClass) ([]map[string]any, error) {
	var objects []map[string]any
	for _, document := range strings.Split(string(rendered), "\n---\n") {
		object := map[string]any{}
		if err := yaml.UnmarshalStrict([]byte(document), &object); err != nil {
			return nil, fmt.Errorf("the template did not render YAML: %w\n%s", err, document)
		}
		typed, needsParameters, err := typeOf(text(object, "kind"))
		if err != nil {
			return nil, err
		}
		if err := yaml.UnmarshalStrict([]byte(document), typed); err != nil {
			return nil, fmt.Errorf("the %s is none: %w", text(object, "kind"), err)
		}
		if needsParameters {
			continue
		}
		plain, err := plainOf(typed)
		if err != nil {
			return nil, err
		}
		plain["metadata"].(map[string]any)["labels"].(map[string]any)["gateway.istio.io/managed"] = class.controllerLabel
		objects = append(objects, plain)
	}
	return objects, nil
}

func plainOf(typed any) (map[string]any, error) {
	raw, err := json.Marshal(typed)
	if err != nil {
		return nil, err
	}
	plain := map[string]any{}
	return plain, json.Unmarshal(raw, &plain)
}
