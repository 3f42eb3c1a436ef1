package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/go-marops/marops/planning/psplib"
)

// archive is a set of scheduling instances with known bounds.
type archive struct {
	name    string
	read    func(io.Reader) (*psplib.Instance, error)
	bounds  string // file of known values
	files   []string
	texts   map[string][]byte
	known   map[string]known
	several bool // modes
}

// known is what is published about an instance; nought is not known.
type known struct{ path, lower, upper int64 }

const bounded = "planning/bounds/"

// instances finds every archive of instances; new ones of a known kind need no
// code, if their bounds stand beside the others as SET.csv.
func instances(data fs.FS) ([]*set, error) {
	packs, err := match(data, "planning/instances/*.tar.gz")
	if err != nil {
		return nil, err
	}
	var sets []*set
	for _, pack := range packs {
		name := stem(pack)
		bounds := bounded + name + ".csv"
		switch {
		case name == "multi-mode" || name == "patterson":
		case name == "mmlib50":
			bounds = bounded + "mm50.csv"
		case strings.HasPrefix(name, "mplib"):
			bounds = bounded + "best-known.csv"
		default:
			if _, err := fs.Stat(data, bounds); errors.Is(err, fs.ErrNotExist) {
				continue // nothing to compare with
			}
		}
		s := &set{area: "planning", name: name, files: []string{pack, bounds}}
		s.control = worsened(data, bounds, name)
		s.run = func(c *check, data fs.FS) error {
			a, err := openArchive(data, name, pack, bounds)
			if err != nil {
				return err
			}
			return a.check(c)
		}
		sets = append(sets, s)
	}
	return sets, nil
}

// worsened is the control of a set of bounds: the values of the first instance
// become 1, which its critical path or our bound exceeds.
func worsened(data fs.FS, bounds, name string) control {
	rows, err := table(data, bounds)
	if err != nil || len(rows) < 2 {
		return control{file: bounds}
	}
	a := archive{name: name}
	var first []string
	for _, r := range rows[1:] {
		if strings.HasPrefix(name, "mplib") && !strings.HasPrefix(strings.ToLower(strings.ReplaceAll(r[2], "_Set", "-set")), name+"_") {
			continue
		}
		if first == nil || a.instanceOf(r) < a.instanceOf(first) {
			first = r
		}
	}
	one := slices.Clone(first)
	for k := range one {
		if _, err := strconv.ParseFloat(one[k], 64); err == nil {
			one[k] = "1"
		}
	}
	return control{bounds, strings.Join(first, ","), strings.Join(one, ",")}
}

// instanceOf returns which instance a row is about.
func (a *archive) instanceOf(r []string) string {
	switch {
	case a.name == "multi-mode":
		return r[0] + "/" + r[1]
	case strings.HasPrefix(a.name, "mplib"):
		return r[2]
	}
	return r[0]
}

func table(data fs.FS, file string) ([][]string, error) {
	f, err := data.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return csv.NewReader(f).ReadAll()
}

func openArchive(data fs.FS, name, pack, bounds string) (*archive, error) {
	a := &archive{name: name, read: psplib.Read, bounds: bounds, texts: map[string][]byte{}, known: map[string]known{}}
	switch {
	case name == "patterson":
		a.read = psplib.ReadPatterson
	case strings.HasPrefix(name, "mplib"):
		a.read = psplib.ReadMPLIB
	case name == "multi-mode" || strings.HasPrefix(name, "mmlib"):
		a.several = true
	}
	if err := a.unpack(data, pack); err != nil {
		return nil, err
	}
	rows, err := table(data, bounds)
	if err != nil {
		return nil, err
	}
	for _, r := range rows[1:] {
		a.learn(r)
	}
	return a, nil
}

func (a *archive) unpack(data fs.FS, pack string) error {
	f, err := data.Open(pack)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			slices.Sort(a.files)
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		const most = 16 << 20
		text, err := io.ReadAll(io.LimitReader(t, most))
		if err != nil {
			return err
		}
		file := a.key(strings.TrimPrefix(h.Name, a.name+"/"))
		a.files, a.texts[file] = append(a.files, file), text
	}
}

// key returns the name under which bounds are looked up: MMLIB's files have
// another ending there.
func (a *archive) key(file string) string {
	if strings.HasPrefix(a.name, "mmlib") {
		return strings.TrimSuffix(path.Base(file), ".txt") + ".mm"
	}
	return file
}

// learn takes in a row of the bounds.
func (a *archive) learn(r []string) {
	n := func(s string) int64 {
		x, _ := strconv.ParseFloat(s, 64) // a value that is no number is not known
		return int64(x)
	}
	k := known{}
	switch {
	case a.name == "multi-mode":
		if k.upper = n(r[2]); r[3] == "optimal" {
			k.lower = k.upper
		}
	case a.name == "patterson":
		k = known{lower: n(r[1]), upper: n(r[1])}
	case strings.HasPrefix(a.name, "mplib"):
		k.upper = n(r[3])
	default:
		k = known{lower: n(r[1]), upper: n(r[2]), path: n(r[3])}
	}
	a.known[a.instanceOf(r)] = k
}

func (a *archive) instance(file string) (*psplib.Instance, error) {
	in, err := a.read(bytes.NewReader(a.texts[file]))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return in, nil
}
