// Package durable holds the loops that put stores to the test beyond one
// sequence of calls: many writers whose history must be linearizable, random
// operations compared with the in-memory store, a tail read under writers and
// restarts, processes killed while they commit, and a disk that loses power.
// Its tests run a share of each; proof/long runs them for hours.
package durable
