package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// notes holds results that took long, so that a run that was stopped goes on where
// it was. A nil *notes remembers nothing.
type notes struct {
	file  *os.File
	known map[string]result
}

// result is what one search gave.
type result struct {
	Key       string
	Makespan  int64
	Bound     int64
	Schedules int
	Seconds   float64
	Proven    bool
}

// openNotes reads a file of notes and appends to it; without a name there are none.
func openNotes(name string) (*notes, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // a nil *notes is one that remembers nothing
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	n := &notes{f, map[string]result{}}
	lines := bufio.NewScanner(f)
	for k := 1; lines.Scan(); k++ {
		var r result
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s line %d: %w", name, k, err)
		}
		n.known[r.Key] = r
	}
	return n, lines.Err()
}

// once returns the noted result of a key, or makes it and notes it.
func (n *notes) once(key string, make func() (result, error)) (result, error) {
	if n == nil {
		return make()
	}
	if r, ok := n.known[key]; ok {
		return r, nil
	}
	r, err := make()
	if err != nil {
		return r, err
	}
	r.Key = key
	line, err := json.Marshal(r)
	if err != nil {
		return r, err
	}
	n.known[key] = r
	_, err = n.file.Write(append(line, '\n'))
	return r, err
}

// Close closes the file.
func (n *notes) Close() error {
	if n == nil {
		return nil
	}
	if err := n.file.Close(); !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}
