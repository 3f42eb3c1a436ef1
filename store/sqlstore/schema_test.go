package sqlstore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-marops/marops/store/sqlstore"
)

func ExampleSchema() {
	for line := range strings.Lines(sqlstore.Schema(sqlstore.SQLite())) {
		if table, ok := strings.CutPrefix(line, "CREATE TABLE "); ok {
			fmt.Println(strings.TrimRight(table, " (\n"))
		}
	}
	// Output:
	// marops_records
	// marops_entries
	// marops_events
	// marops_commands
}

func TestSchemaOfNoDialect(t *testing.T) {
	assert.Empty(t, sqlstore.Schema(sqlstore.Dialect{}))
	assert.Equal(t, "sqlite", sqlstore.SQLite().String())
}
