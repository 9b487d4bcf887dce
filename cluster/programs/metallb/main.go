//go:build tools

// Package metallb requires the programs of MetalLB, which are built from its module.
package metallb

import (
	_ "go.universe.tf/metallb/controller"
	_ "go.universe.tf/metallb/frr-tools/cp-tool"
	_ "go.universe.tf/metallb/frr-tools/metrics"
	_ "go.universe.tf/metallb/speaker"
)
