package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-marops/marops/civil"
	"github.com/go-marops/marops/civil/worktime"
	"github.com/go-marops/marops/workflow/mining"
)

// outcome is the column of the log that says how a check ended.
const outcome = "outcome"

func (s *story) read(files fs.FS, logFile string) error {
	week := worktime.MonFri("Europe/Berlin", "09:00-17:00").With(
		worktime.Exception{Days: civil.Days(civil.MustDate(2026, 4, 3), civil.MustDate(2026, 4, 3)), Name: "Good Friday"},
		worktime.Exception{Days: civil.Days(civil.MustDate(2026, 4, 6), civil.MustDate(2026, 4, 6)), Name: "Easter Monday"},
	)
	var err error
	if s.office, err = worktime.Compile(week, civil.YearOf(civil.MustDate(2026, 1, 1))); err != nil {
		return err
	}
	if logFile != "" {
		file, err := os.Open(logFile) //nolint:gosec // the file that the user names
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		s.log, err = readLog(file, logFile)
		return err
	}
	file, err := files.Open("reviews.csv")
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	if s.log, err = readLog(file, "reviews.csv"); err != nil {
		return err
	}
	for name, into := range map[string]any{"serial.json": &s.serial, "parallel.json": &s.parallel, "mapping.json": &s.mapping, "staff.json": &s.staff} {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// readLog reads a log by the ending of its name: CSV with the columns of
// reviews.csv, XES otherwise, either of them plain or gzipped.
func readLog(r io.Reader, name string) (*mining.Log, error) {
	if base := strings.TrimSuffix(filepath.Base(name), ".gz"); strings.HasSuffix(base, ".csv") {
		columns := mining.Columns{Case: "case", Activity: "activity", Time: "time", Resource: "resource", Lifecycle: "lifecycle"}
		return mining.Reader{Attributes: []string{outcome}}.CSV(r, base, columns)
	}
	return mining.ReadXES(r, filepath.Base(name))
}
