package main

import (
	"strings"

	mesh "istio.io/api/mesh/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const defaultProxyID = 1337

// TemplateData is what a sidecar or gateway template sees.
type TemplateData struct {
	TypeMeta                 metav1.TypeMeta
	DeploymentMeta           types.NamespacedName
	ObjectMeta               metav1.ObjectMeta
	Spec                     corev1.PodSpec
	ProxyConfig              *mesh.ProxyConfig
	MeshConfig               *mesh.MeshConfig
	Values                   map[string]any
	Revision                 string
	NativeSidecars           bool
	ProxyImage               string
	ProxyInitImage           string
	ProxyUID                 int64
	ProxyGID                 int64
	InboundTrafficPolicyMode string
	CompliancePolicy         string
}

func orDefaultID(id int64) int64 {
	if id == 0 {
		return defaultProxyID
	}
	return id
}

func inboundMode(config *mesh.MeshConfig) string {
	if config.GetInboundTrafficPolicy().GetMode() == mesh.MeshConfig_InboundTrafficPolicy_LOCALHOST {
		return "localhost"
	}
	return "passthrough"
}

// image combines hub, name, tag and type: the pod's annotation wins over the wanted type, that over the values' variant.
func image(values map[string]any, kind, imageType string, annotations map[string]string) string {
	name := text(values, "global", kind, "image")
	if name == "" {
		name = "proxyv2"
	}
	if imageType == "" {
		imageType = text(values, "global", "variant")
	}
	if wanted, found := annotations["sidecar.istio.io/proxyImageType"]; found {
		imageType = wanted
	}
	return text(values, "global", "hub") + "/" + name + ":" + typedTag(text(values, "global", "tag"), imageType)
}

// typedTag replaces the image type that a tag ends with; the type "default" is none.
func typedTag(tag, imageType string) string {
	if imageType == "" {
		return tag
	}
	for _, known := range []string{"-distroless", "-debug"} {
		if plain, found := strings.CutSuffix(tag, known); found {
			tag = plain
			break
		}
	}
	if imageType == "default" {
		return tag
	}
	return tag + "-" + imageType
}
