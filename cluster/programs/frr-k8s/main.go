//go:build tools

// Package frrk8s requires the programs of frr-k8s, which are built from its module.
package frrk8s

import (
	_ "github.com/metallb/frr-k8s/cmd/frr-k8s-controller"
	_ "github.com/metallb/frr-k8s/cmd/statuscleaner"
	_ "github.com/metallb/frr-k8s/frr-tools/metrics"
	_ "github.com/metallb/frr-k8s/frr-tools/status"
)
