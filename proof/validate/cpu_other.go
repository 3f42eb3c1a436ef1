//go:build !unix

package main

import "time"

var began = time.Now()

// coreSeconds returns the seconds since the process began: here nothing tells them
// from those of a processor.
func coreSeconds() float64 { return time.Since(began).Seconds() }
