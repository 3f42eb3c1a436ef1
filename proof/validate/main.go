// Command validate recomputes the figures of a directory of reference data
// through the public API and prints one row a figure:
//
//	area set figure expected got verdict
//
// Verdicts are ok, miss, absent (the data are not there) and unsupported (they
// are, the engine is not built yet; listed in proof/unsupported.txt). The exit
// status is 1 if any figure misses.
//
//	go run ./proof/validate [-data DIR] [-fast | -long [-resume FILE]] [-only area/set] [-json]
//
// The share of continuous integration, -fast, takes a few minutes. Searches that
// take a core-second for each of thousands of projects are in -long; it notes every
// result in FILE and goes on from there.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/go-marops/marops/proof"
)

func main() {
	data := flag.String("data", os.Getenv("MAROPS_DATA"), "directory of reference data; default $MAROPS_DATA")
	only := flag.String("only", "", "only sets whose area/set begins with this")
	asJSON := flag.Bool("json", false, "print JSON, one object a row")
	flag.Bool("fast", true, "the share of continuous integration")
	all := flag.Bool("long", false, "everything, for hours")
	resume := flag.String("resume", "", "file of results that -long notes and goes on from")
	flag.Parse()
	how := scope{share: fast}
	if *all {
		how.share = long
	}
	var err error
	if how.notes, err = openNotes(*resume); err == nil {
		err = errors.Join(run(os.Stdout, *data, *only, *asJSON, how), how.notes.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "validate:", err)
		os.Exit(1)
	}
}

var errMiss = errors.New("at least one figure misses")

func run(w io.Writer, dir, only string, asJSON bool, how scope) error {
	if dir == "" {
		return errors.New("no data: give -data DIR or set MAROPS_DATA")
	}
	if _, err := os.Stat(dir); err != nil {
		return err
	}
	rows, err := validate(os.DirFS(dir), only, os.Stderr, how)
	if err != nil {
		return err
	}
	if err := write(w, rows, asJSON); err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(r row) bool { return r.Verdict == miss }) {
		return errMiss
	}
	return nil
}

// validate runs every set whose name begins with only.
func validate(data fs.FS, only string, progress io.Writer, how scope) ([]row, error) {
	sets, err := discover(data)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, s := range sets {
		if !strings.HasPrefix(s.area+"/"+s.name, only) {
			continue
		}
		fmt.Fprintf(progress, "validate: %s/%s\n", s.area, s.name)
		got, err := s.check(data, how)
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", s.area, s.name, err)
		}
		rows = append(rows, got...)
	}
	more, err := unsupportedRows(data, sets, only)
	return append(rows, more...), err
}

// check runs one set, or says that its data are absent.
func (s *set) check(data fs.FS, how scope) ([]row, error) {
	for _, f := range s.files {
		if _, err := fs.Stat(data, f); errors.Is(err, fs.ErrNotExist) {
			return []row{{s.area, s.name, "all", f, "-", absent}}, nil
		}
	}
	c := &check{set: s, scope: how}
	if err := s.run(c, data); err != nil {
		return nil, err
	}
	return c.rows, nil
}

// unsupportedRows reports every file that no set reads: by the list of what is
// not built yet, or by name if even the list does not know it.
func unsupportedRows(data fs.FS, sets []*set, only string) ([]row, error) {
	used := make(map[string]bool)
	for _, s := range sets {
		for _, f := range s.files {
			used[f] = true
		}
	}
	type entry struct{ pattern, area, name string }
	var list []entry
	for line := range strings.Lines(proof.Unsupported) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		area, name, _ := strings.Cut(fields[1], "/")
		list = append(list, entry{fields[0], area, name})
	}
	counts := make(map[entry]int)
	var order []entry
	err := fs.WalkDir(data, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || used[file] || accompanies(file) {
			return err
		}
		found := entry{file, "unknown", path.Dir(file)}
		for _, e := range list {
			if rest, isDir := strings.CutSuffix(e.pattern, "/..."); isDir && strings.HasPrefix(file, rest+"/") {
				found = e
				break
			}
			if hit, _ := path.Match(e.pattern, file); hit {
				found = e
				break
			}
		}
		if counts[found]++; counts[found] == 1 {
			order = append(order, found)
		}
		return nil
	})
	var rows []row
	for _, e := range order {
		if strings.HasPrefix(e.area+"/"+e.name, only) {
			rows = append(rows, row{e.area, e.name, "all", e.pattern, fmt.Sprintf("%d files", counts[e]), unsupported})
		}
	}
	return rows, err
}

// accompanies reports whether a file explains data and holds none.
func accompanies(file string) bool {
	base := path.Base(file)
	return strings.HasPrefix(base, "LICENSE") || slices.Contains([]string{"README.md", "SHA256SUMS", "manifest.json"}, base) || slices.Contains([]string{".py", ".R", ".md"}, path.Ext(base))
}

// short is a value as the table shows it: whole if it differs from what is expected,
// else as much as fits.
func (r row) short(value string) string {
	const most = 72
	if text := []rune(value); r.Verdict == ok && len(text) > most {
		return string(text[:most-1]) + "…"
	}
	return value
}

func write(w io.Writer, rows []row, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for _, r := range rows {
			if err := enc.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "AREA\tSET\tFIGURE\tEXPECTED\tGOT\tVERDICT")
	counts := make(map[string]int)
	for _, r := range rows {
		counts[r.Verdict]++
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Area, r.Set, r.Figure, r.short(r.Expected), r.short(r.Got), r.Verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d ok, %d miss, %d absent, %d unsupported\n", counts[ok], counts[miss], counts[absent], counts[unsupported])
	return err
}
