//go:build tools

// Package tools pins the services of a Sigstore that tests run on the loopback.
package tools

import (
	_ "github.com/sigstore/fulcio"
	_ "github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix"
	_ "github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server"
)
