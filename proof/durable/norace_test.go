//go:build !race

package durable

const share = 1
