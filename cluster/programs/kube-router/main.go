//go:build tools

// Package kuberouter requires the programs of kube-router, which are built from its module.
package kuberouter

import _ "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router"
