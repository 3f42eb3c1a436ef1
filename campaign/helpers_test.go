package campaign_test

import (
	"io/fs"
	"testing/fstest"
)

func fsOf(name, content string) fs.FS {
	return fstest.MapFS{name: &fstest.MapFile{Data: []byte(content)}}
}
