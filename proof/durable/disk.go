package durable

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"

	"github.com/ncruces/go-sqlite3/vfs"
)

// disk is a SQLite VFS that passes everything to the operating system and
// keeps, beside it, what a real disk would still have if the power went now:
// what was synced, and of what was written since any part. It also fails a
// call on demand.
type disk struct {
	vfs.VFSFilename
	mu    sync.Mutex
	files map[string]*diskFile // of the database and its journals, by base name
	calls int                  // of Open, Delete, ReadAt, WriteAt, Truncate, Sync
	fail  int                  // the call that fails; 0 for none
	cut   int                  // the call before which the power goes; 0 for never
	onCut func()               // called then, with mu held
}

type diskFile struct {
	durable bool // it has been synced at least once, so its name is on the disk
	synced  []byte
	pending []write
}

// A write replaces bytes, or with nil data cuts the file.
type write struct {
	off  int64
	data []byte
}

var errDisk = errors.New("durable: injected disk fault")

func newDisk() *disk {
	system, _ := vfs.Find("").(vfs.VFSFilename) // the one of the operating system is
	return &disk{VFSFilename: system, files: map[string]*diskFile{}}
}

// strike counts a call, and says whether it fails.
func (d *disk) strike() error {
	d.calls++
	if d.calls == d.cut {
		d.onCut()
	}
	if d.calls == d.fail {
		return errDisk
	}
	return nil
}

// OpenFilename implements vfs.VFSFilename.
func (d *disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.strike(); err != nil {
		return nil, 0, err
	}
	f, out, err := d.VFSFilename.OpenFilename(name, flags)
	if err != nil || name == nil {
		return f, out, err
	}
	base := filepath.Base(name.String())
	if d.files[base] == nil {
		d.files[base] = &diskFile{}
	}
	return &openFile{File: f, disk: d, state: d.files[base]}, out, nil
}

func (d *disk) Delete(name string, syncDir bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.strike(); err != nil {
		return err
	}
	delete(d.files, filepath.Base(name))
	return d.VFSFilename.Delete(name, syncDir)
}

// openFile is one connection's handle.
type openFile struct {
	vfs.File
	disk  *disk
	state *diskFile
}

// SharedMemory lets connections of one process share the index of the WAL.
func (f *openFile) SharedMemory() vfs.SharedMemory {
	if s, ok := f.File.(vfs.FileSharedMemory); ok {
		return s.SharedMemory()
	}
	return nil
}

func (f *openFile) LockState() vfs.LockLevel {
	if s, ok := f.File.(vfs.FileLockState); ok {
		return s.LockState()
	}
	return 0
}

func (f *openFile) ReadAt(p []byte, off int64) (int, error) {
	f.disk.mu.Lock()
	err := f.disk.strike()
	f.disk.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, off)
}

func (f *openFile) WriteAt(p []byte, off int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.strike(); err != nil {
		return 0, err
	}
	f.state.pending = append(f.state.pending, write{off, append(make([]byte, 0, len(p)), p...)})
	return f.File.WriteAt(p, off)
}

func (f *openFile) Truncate(size int64) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.strike(); err != nil {
		return err
	}
	f.state.pending = append(f.state.pending, write{size, nil})
	return f.File.Truncate(size)
}

func (f *openFile) Sync(vfs.SyncFlag) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	if err := f.disk.strike(); err != nil {
		return err
	}
	for _, w := range f.state.pending {
		f.state.synced = w.apply(f.state.synced)
	}
	f.state.pending, f.state.durable = nil, true
	return nil // the operating system need not be asked: the power never really goes
}

func (w write) apply(b []byte) []byte {
	end := w.off + int64(len(w.data))
	if w.data == nil {
		return b[:min(int64(len(b)), w.off)]
	}
	if grow := end - int64(len(b)); grow > 0 {
		b = append(b, make([]byte, grow)...)
	}
	copy(b[w.off:], w.data)
	return b
}

// image writes into dir what is on the disk after the power went: of the
// writes that were not synced each 512-byte sector has arrived or not.
// Anything else that a disk may do to unsynced data is a case of that.
func (d *disk) image(dir string, rng *rand.Rand) error {
	const sector = 512
	for name, f := range d.files {
		if !f.durable {
			continue
		}
		b := append([]byte(nil), f.synced...)
		some := rng.IntN(3) // nothing, a random part, or all of it arrived
		for _, w := range f.pending {
			if w.data == nil {
				if some == 2 || some == 1 && rng.IntN(2) == 0 {
					b = w.apply(b)
				}
				continue
			}
			for off := 0; off < len(w.data); off += sector {
				if some == 2 || some == 1 && rng.IntN(2) == 0 {
					part := w.data[off:min(off+sector, len(w.data))]
					b = write{w.off + int64(off), part}.apply(b)
				}
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}
