package ledger

import (
	"slices"
	"sync"
)

// queue holds the calls that nobody has taken up yet, and who may.
type queue struct {
	sync.Mutex
	calls []*call
	led   bool // somebody is to take them up, or is at it
}

// join enters a call and says whether its caller is to lead.
func (q *queue) join(c *call) (lead bool) {
	q.Lock()
	defer q.Unlock()
	q.calls = append(q.calls, c)
	lead = !q.led
	q.led = true
	return lead
}

// leave takes a call out for good, and reports whether it was there.
func (q *queue) leave(c *call) bool {
	q.Lock()
	defer q.Unlock()
	c.left = true
	i := slices.Index(q.calls, c)
	if i >= 0 {
		q.calls = slices.Delete(q.calls, i, i+1)
	}
	return i >= 0
}

// takeAll takes all calls out.
func (q *queue) takeAll() []*call {
	q.Lock()
	defer q.Unlock()
	calls := q.calls
	q.calls = nil
	return calls
}

// handOver puts calls back to the front and lets the first in the queue lead.
func (q *queue) handOver(back []*call) {
	q.Lock()
	defer q.Unlock()
	q.front(back)
	q.nominate()
}

// giveBack puts calls back to the front after their commit failed; somebody who leads
// already will come across them.
func (q *queue) giveBack(back []*call) {
	q.Lock()
	defer q.Unlock()
	q.front(back)
	if !q.led {
		q.nominate()
	}
}

// front puts calls back, but for those whose callers left meanwhile: they would be
// nominated and not lead.
func (q *queue) front(back []*call) {
	back = slices.DeleteFunc(back, func(c *call) bool { return c.left })
	q.calls = append(back, q.calls...)
}

func (q *queue) nominate() {
	q.led = len(q.calls) > 0
	if q.led {
		q.calls[0].lead <- struct{}{} // has room: nobody is nominated twice before leading
	}
}
