// Verifies chains as istiod and the Istio agent do, with Go's own crypto/x509.
//
// Each line of the input is a question; each line of the output is the answer: empty, or why the chain is refused.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
)

type question struct {
	Roots         string `json:"roots"`
	Intermediates string `json:"intermediates"`
	Leaf          string `json:"leaf"`
	DNSName       string `json:"dnsName"`
}

func pool(text string) *x509.CertPool {
	certificates := x509.NewCertPool()
	certificates.AppendCertsFromPEM([]byte(text))
	return certificates
}

func verify(asked question) error {
	block, _ := pem.Decode([]byte(asked.Leaf))
	if block == nil {
		return fmt.Errorf("no certificate")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	_, err = leaf.Verify(x509.VerifyOptions{
		Roots:         pool(asked.Roots),
		Intermediates: pool(asked.Intermediates),
		DNSName:       asked.DNSName,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	return err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		answer := ""
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			answer = err.Error()
		} else if err := verify(asked); err != nil {
			answer = err.Error()
		}
		if err := answers.Encode(answer); err != nil {
			panic(err)
		}
	}
}
