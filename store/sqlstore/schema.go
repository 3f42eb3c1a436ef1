package sqlstore

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
)

//go:embed migrations
var files embed.FS

// migration is one numbered step of the tables' definition.
type migration struct {
	number   int
	name     string
	text     string
	checksum string
}

// statements splits the step where a line ends with a semicolon, unless it
// stands in the $$ body of a function.
func (m migration) statements() []string {
	var out []string
	statement := ""
	for part := range strings.SplitSeq(m.text, ";\n") {
		statement += part
		if strings.Count(statement, "$$")%2 == 1 {
			statement += ";\n"
			continue
		}
		if statement = strings.TrimSpace(statement); statement != "" {
			out = append(out, statement)
		}
		statement = ""
	}
	return out
}

// steps returns the migrations in order. Files are named 0001_what.sql.
func (d Dialect) steps() ([]migration, error) {
	dir := path.Join("migrations", d.name)
	entries, err := files.ReadDir(dir)
	if d.name == "" || err != nil {
		return nil, fmt.Errorf("sqlstore: dialect %q: unknown", d.name)
	}
	out := make([]migration, len(entries))
	for i, entry := range entries {
		text, err := files.ReadFile(path.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		out[i] = migration{number: i + 1, name: entry.Name(), text: string(text), checksum: hex.EncodeToString(sum[:])}
		if !strings.HasPrefix(entry.Name(), fmt.Sprintf("%04d_", i+1)) {
			return nil, fmt.Errorf("sqlstore: migration %s: is not number %d", entry.Name(), i+1)
		}
	}
	return out, nil
}

// Schema returns the SQL that creates all tables of the dialect, for migration
// tools; "" for the zero Dialect. Open accepts tables made with it: it notes
// the steps as applied if the tables are there already.
func Schema(d Dialect) string {
	steps, err := d.steps()
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, m := range steps {
		b.WriteString(m.text)
	}
	return b.String()
}
