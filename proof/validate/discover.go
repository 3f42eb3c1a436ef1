package main

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// discover returns the sets of a directory. Kinds of which there may be many,
// such as event logs, are found by pattern, so that a new file needs no code.
func discover(data fs.FS) ([]*set, error) {
	sets := []*set{nrf(), iso4217(), cldr(), ecb(), ga4(), hillstrom(), adPlatform(), robyn(), meridian(), optima()}
	sets = append(sets, nist()...)
	logs, err := eventLogs(data)
	if err != nil {
		return nil, err
	}
	sets = append(sets, logs...)
	projects, err := msProjects(data)
	if err != nil {
		return nil, err
	}
	sets = append(sets, projects...)
	archives, err := instances(data)
	if err != nil {
		return nil, err
	}
	sets = append(sets, archives...)
	slices.SortStableFunc(sets, func(a, b *set) int { return strings.Compare(a.area+"/"+a.name, b.area+"/"+b.name) })
	return sets, nil
}

// match returns the files of one folder that match a pattern, in order.
func match(data fs.FS, pattern string) ([]string, error) {
	files, err := fs.Glob(data, pattern)
	slices.Sort(files)
	return files, err
}

func stem(file string) string {
	name, _, _ := strings.Cut(path.Base(file), ".")
	return name
}
