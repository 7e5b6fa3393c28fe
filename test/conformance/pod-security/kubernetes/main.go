// Command podsecurity asks Kubernetes' own Pod Security checks about pods.
//
// Standard input: one {level, labels, annotations, spec} as JSON per line. Standard output: for each, the list of what the
// level forbids, as JSON.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

type request struct {
	Level    api.Level         `json:"level"`
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     corev1.PodSpec    `json:"spec"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24)
	answers := json.NewEncoder(out)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			return err
		}
		// Servers fill this default in before they check.
		for i, volume := range asked.Spec.Volumes {
			if volume.VolumeSource == (corev1.VolumeSource{}) {
				asked.Spec.Volumes[i].EmptyDir = &corev1.EmptyDirVolumeSource{}
			}
		}
		level := api.LevelVersion{Level: asked.Level, Version: api.LatestVersion()}
		forbidden := []string{}
		for _, result := range evaluator.EvaluatePod(level, &asked.Metadata, &asked.Spec) {
			if !result.Allowed {
				forbidden = append(forbidden, result.ForbiddenReason)
			}
		}
		if err := answers.Encode(forbidden); err != nil {
			return err
		}
	}
	return lines.Err()
}
