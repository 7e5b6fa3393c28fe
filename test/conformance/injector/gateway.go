package main

import "errors"

// A GatewayRequest is the data of a managed gateway.
type GatewayRequest struct{}

func renderGateway(Request) ([]map[string]any, error) {
	return nil, errors.New("not yet")
}
