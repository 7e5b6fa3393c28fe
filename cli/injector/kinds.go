package main

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
)

// typeOf gives an empty object of a kind that istiod applies, and whether it does so only where a Gateway's parameters
// say something of the kind.
func typeOf(kind string) (object any, needsParameters bool, err error) {
	switch kind {
	case "ServiceAccount":
		return &corev1.ServiceAccount{}, false, nil
	case "Service":
		return &corev1.Service{}, false, nil
	case "Deployment":
		return &appsv1.Deployment{}, false, nil
	case "HorizontalPodAutoscaler":
		return &autoscalingv2.HorizontalPodAutoscaler{}, true, nil
	case "PodDisruptionBudget":
		return &policyv1.PodDisruptionBudget{}, true, nil
	}
	return nil, false, fmt.Errorf("istiod does not apply a %q", kind)
}
