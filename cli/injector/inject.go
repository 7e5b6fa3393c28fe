package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	mesh "istio.io/api/mesh/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/yaml"
)

// inject does what the webhook does for one workload and gives the workload back.
func inject(request Request) (map[string]any, error) {
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
	workload := map[string]any{}
	if err := yaml.Unmarshal([]byte(request.Workload), &workload); err != nil {
		return nil, fmt.Errorf("reading the workload: %w", err)
	}
	pod, err := podOf(workload)
	if err != nil {
		return nil, err
	}
	data, err := dataFor(request, workload, pod, meshConfig, values)
	if err != nil {
		return nil, err
	}
	injected, err := config.apply(pod, data)
	if err != nil {
		return nil, err
	}
	return workload, replacePod(workload, injected)
}

func dataFor(request Request, workload map[string]any, pod *corev1.Pod, meshConfig *mesh.MeshConfig, values map[string]any) (*TemplateData, error) {
	proxyConfig := proto.Clone(meshConfig.GetDefaultConfig()).(*mesh.ProxyConfig)
	if own, found := pod.Annotations["proxy.istio.io/config"]; found {
		if err := overlay(proxyConfig, own); err != nil {
			return nil, fmt.Errorf("reading the annotation proxy.istio.io/config: %w", err)
		}
	}
	data := &TemplateData{
		DeploymentMeta:           types.NamespacedName{Name: text(workload, "metadata", "name"), Namespace: text(workload, "metadata", "namespace")},
		ObjectMeta:               pod.ObjectMeta,
		Spec:                     pod.Spec,
		ProxyConfig:              proxyConfig,
		MeshConfig:               meshConfig,
		Values:                   values,
		Revision:                 request.Revision,
		NativeSidecars:           request.NativeSidecars,
		ProxyImage:               image(values, "proxy", proxyConfig.GetImage().GetImageType(), pod.Annotations),
		ProxyInitImage:           image(values, "proxy_init", "", pod.Annotations),
		ProxyUID:                 orDefaultID(request.ProxyUID),
		ProxyGID:                 orDefaultID(request.ProxyGID),
		InboundTrafficPolicyMode: inboundMode(meshConfig),
		CompliancePolicy:         request.CompliancePolicy,
	}
	data.TypeMeta.APIVersion = text(workload, "apiVersion")
	data.TypeMeta.Kind = text(workload, "kind")
	return data, nil
}

// templatesFor are those that the pod names, or the default ones.
func (config InjectorConfig) templatesFor(pod *corev1.Pod) []string {
	names := config.DefaultTemplates
	if wanted, found := pod.Annotations["inject.istio.io/templates"]; found {
		names = strings.Split(wanted, ",")
	}
	var resolved []string
	for _, name := range names {
		name = strings.TrimSpace(name)
		if behind, found := config.Aliases[name]; found {
			resolved = append(resolved, behind...)
		} else {
			resolved = append(resolved, name)
		}
	}
	return resolved
}

// apply renders the templates in their order and merges each over the pod.
func (config InjectorConfig) apply(original *corev1.Pod, data *TemplateData) (*corev1.Pod, error) {
	merged, templated := original.DeepCopy(), &corev1.Pod{}
	for _, name := range config.templatesFor(original) {
		rendered, err := config.render(name, data)
		if err != nil {
			return nil, err
		}
		if templated, err = mergePod(templated, rendered); err != nil {
			return nil, fmt.Errorf("template %q: %w", name, err)
		}
		if find(templated.Spec.InitContainers, proxyContainer) != nil {
			moveProxyToInit(merged)
		}
		if merged, err = mergePod(merged, rendered); err != nil {
			return nil, fmt.Errorf("template %q: %w", name, err)
		}
	}
	merged, err := reapply(merged, original, templated)
	if err != nil {
		return nil, err
	}
	for name, value := range config.InjectedAnnotations {
		merged.Annotations[name] = value
	}
	return merged, nil
}

// podOf reads the pod that the workload makes.
func podOf(workload map[string]any) (*corev1.Pod, error) {
	from := any(workload)
	if text(workload, "kind") != "Pod" {
		spec, _ := workload["spec"].(map[string]any)
		from = spec["template"]
	}
	if from == nil {
		return nil, fmt.Errorf("the workload has no pod template")
	}
	raw, err := json.Marshal(from)
	if err != nil {
		return nil, err
	}
	pod := &corev1.Pod{}
	if err := json.Unmarshal(raw, pod); err != nil {
		return nil, fmt.Errorf("reading the pod: %w", err)
	}
	return pod, nil
}

func replacePod(workload map[string]any, pod *corev1.Pod) error {
	raw, err := json.Marshal(pod)
	if err != nil {
		return err
	}
	plain := map[string]any{}
	if err := json.Unmarshal(raw, &plain); err != nil {
		return err
	}
	into := workload
	if text(workload, "kind") != "Pod" {
		into = workload["spec"].(map[string]any)["template"].(map[string]any)
	}
	into["metadata"], into["spec"] = plain["metadata"], plain["spec"]
	return nil
}
