package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/go-marops/marops/planning"
	"github.com/go-marops/marops/planning/mspdi"
)

const (
	projectFiles  = "campaign/mspdi/*.xml"
	projectCounts = "campaign/mspdi/expected-counts.json"
)

// msProjects finds every MSPDI file: what the program that saved it computed is
// what we must compute.
func msProjects(data fs.FS) ([]*set, error) {
	var sets []*set
	for _, pattern := range []string{projectFiles, "campaign/mspdi/*/*.xml"} {
		files, err := match(data, pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			name := strings.TrimSuffix(strings.TrimPrefix(file, "campaign/mspdi/"), path.Ext(file))
			s := &set{
				area: "planning", name: "mspdi/" + name, files: []string{file},
				control: control{file, "<Start>20", "<Start>21"}, // a century later
				run:     func(c *check, data fs.FS) error { return msProject(c, data, file) },
			}
			if pattern == projectFiles { // saved by Microsoft Project, with early and late dates
				s.files = append(s.files, projectCounts)
				s.control = control{file, "<EarlyFinish>20", "<EarlyFinish>21"}
			}
			sets = append(sets, s)
		}
	}
	return sets, nil
}

func msProject(c *check, data fs.FS, file string) error {
	f, err := data.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	project, err := mspdi.Read(f)
	if err != nil {
		return err
	}
	plan, err := project.Network()
	if err != nil {
		return err
	}
	model, err := planning.Compile(plan)
	if err != nil {
		return err
	}
	if err := countProject(c, data, file, project); err != nil {
		return err
	}
	path := model.CriticalPath()
	var starts, early, late, slack, free tally
	for _, t := range project.Tasks {
		if t.Summary {
			continue
		}
		got, _ := path.Of(t.Key)
		cal := model.Calendar(t.Key)
		// 17:00 and 08:00 of the next working day are one instant: compare by the
		// working minutes between.
		same := func(into *tally, what string, want, got time.Time) {
			if want.IsZero() {
				return
			}
			if cal.Between(want, got) == 0 {
				got = want
			}
			into.compare(fmt.Sprintf("task %d %s", t.UID, what), want.UTC().Format(time.DateTime), got.UTC().Format(time.DateTime))
		}
		if t.Saved.EarlyStart.IsZero() {
			same(&starts, "start", t.Saved.Start, got.EarlyStart)
			same(&starts, "finish", t.Saved.Finish, got.EarlyFinish)
			continue
		}
		same(&early, "early start", t.Saved.EarlyStart, got.EarlyStart)
		same(&early, "early finish", t.Saved.EarlyFinish, got.EarlyFinish)
		same(&late, "late start", t.Saved.LateStart, got.LateStart)
		same(&late, "late finish", t.Saved.LateFinish, got.LateFinish)
		slack.compare(fmt.Sprintf("task %d slack", t.UID), t.Saved.TotalSlack, got.Total)
		free.compare(fmt.Sprintf("task %d free slack", t.UID), t.Saved.FreeSlack, got.Free)
	}
	for _, r := range []struct {
		figure string
		t      tally
	}{{"start and finish", starts}, {"early dates", early}, {"late dates, " + project.LateDates.String(), late}, {"total slack", slack}, {"free slack", free}} {
		if r.t.total > 0 {
			c.tally(r.figure, r.t)
		}
	}
	return nil
}

// countProject compares what was read with the counted contents of the file.
func countProject(c *check, data fs.FS, file string, project *mspdi.Project) error {
	if len(c.set.files) == 1 {
		return nil // not counted
	}
	var counts map[string]struct {
		Leaf  int            `json:"leaf_tasks"`
		Links int            `json:"links"`
		Types map[string]int `json:"link_types"`
	}
	if err := readJSON(data, projectCounts, &counts); err != nil {
		return err
	}
	want, counted := counts[path.Base(file)]
	if !counted {
		return nil
	}
	leaf := 0
	for _, t := range project.Tasks {
		if !t.Summary {
			leaf++
		}
	}
	types := make(map[string]int)
	for _, l := range project.Links {
		types[l.Type.String()]++
	}
	c.equal("tasks", want.Leaf, leaf)
	c.equal("links by type", want.Types, types)
	return nil
}
