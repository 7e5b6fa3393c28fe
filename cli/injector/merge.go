package main

import (
	"encoding/json"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"sigs.k8s.io/yaml"
)

// mergePod lays a partial pod over a pod by strategic merge: lists by the keys that the Kubernetes API declares.
func mergePod(pod *corev1.Pod, overlay []byte) (*corev1.Pod, error) {
	patch, err := yaml.YAMLToJSON(overlay)
	if err != nil {
		return nil, fmt.Errorf("the template did not render YAML: %w\n%s", err, overlay)
	}
	raw, err := json.Marshal(pod)
	if err != nil {
		return nil, err
	}
	merged, err := strategicpatch.StrategicMergePatch(raw, patch, corev1.Pod{})
	if err != nil {
		return nil, fmt.Errorf("merging: %w", err)
	}
	result := &corev1.Pod{}
	if err := json.Unmarshal(merged, result); err != nil {
		return nil, fmt.Errorf("the merged pod is none: %w", err)
	}
	return result, nil
}

func find(containers []corev1.Container, name string) *corev1.Container {
	if at := slices.IndexFunc(containers, func(c corev1.Container) bool { return c.Name == name }); at >= 0 {
		return &containers[at]
	}
	return nil
}

// moveProxyToInit follows the template: what the pod says of a native sidecar is written among its ordinary containers.
func moveProxyToInit(pod *corev1.Pod) {
	own := find(pod.Spec.Containers, proxyContainer)
	if own == nil {
		return
	}
	pod.Spec.InitContainers = append(pod.Spec.InitContainers, *own)
	pod.Spec.Containers = slices.DeleteFunc(pod.Spec.Containers, func(c corev1.Container) bool { return c.Name == proxyContainer })
}

type containers struct {
	Containers     []corev1.Container `json:"containers,omitempty"`
	InitContainers []corev1.Container `json:"initContainers,omitempty"`
}

// reapply gives the workload the last word on the containers that template and workload both have, field by field, and
// notes in an annotation what it said. The image "auto" only stands for the template's.
func reapply(merged, original, templated *corev1.Pod) (*corev1.Pod, error) {
	own := append(slices.Clone(original.Spec.Containers), original.Spec.InitContainers...)
	overrides := containers{
		Containers:     overridden(templated.Spec.Containers, original.Spec.Containers),
		InitContainers: overridden(templated.Spec.InitContainers, own),
	}
	if len(overrides.Containers)+len(overrides.InitContainers) == 0 {
		return merged, nil
	}
	patch, err := json.Marshal(map[string]containers{"spec": overrides})
	if err != nil {
		return nil, err
	}
	if merged, err = mergePod(merged, patch); err != nil {
		return nil, err
	}
	note, err := json.Marshal(overrides)
	if err != nil {
		return nil, err
	}
	if merged.Annotations == nil {
		merged.Annotations = map[string]string{}
	}
	merged.Annotations["proxy.istio.io/overrides"] = string(note)
	return merged, nil
}

func overridden(templated, own []corev1.Container) []corev1.Container {
	var result []corev1.Container
	for _, container := range templated {
		if match := find(own, container.Name); match != nil {
			overlay := *match.DeepCopy()
			if overlay.Image == "auto" {
				overlay.Image = ""
			}
			result = append(result, overlay)
		}
	}
	return result
}
