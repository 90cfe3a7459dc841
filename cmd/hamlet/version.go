package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCmd is hamlet version.
type versionCmd struct{}

// Run prints the version the build was stamped with, and what built it.
func (versionCmd) Run(_ context.Context, std stdio) error {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	_, err := fmt.Fprintf(std.Out, "hamlet %s (%s, %s/%s)\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
