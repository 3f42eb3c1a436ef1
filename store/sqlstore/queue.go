package sqlstore

import (
	"context"
	"slices"
	"sync"
)

// job is work that waits for a transaction.
type job struct {
	ctx  context.Context //nolint:containedctx // that of the caller, who waits
	work func(context.Context, *tx) error
	err  error
	done chan struct{} // closed when err says what came of it
}

func finish(jobs []*job, err error) {
	for _, j := range jobs {
		j.err = err
		close(j.done)
	}
}

// maxGroup is how many jobs share a transaction. By then waiting for the disk
// once is a small part of the work.
const maxGroup = 64

// queue holds the jobs that nobody works on yet.
type queue struct {
	mu   sync.Mutex
	jobs []*job
}

func (q *queue) add(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = append(q.jobs, j)
}

// take returns the first jobs, at least one if there are any.
func (q *queue) take() []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(len(q.jobs), maxGroup)
	jobs := slices.Clone(q.jobs[:n])
	q.jobs = slices.Delete(q.jobs, 0, n)
	return jobs
}

func (q *queue) putBack(jobs []*job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.jobs = append(jobs, q.jobs...)
}

// withdraw takes a job out, unless somebody works on it.
func (q *queue) withdraw(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.jobs, j)
	if i < 0 {
		return false
	}
	q.jobs = slices.Delete(q.jobs, i, i+1)
	return true
}
