package relay

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/needsled/needsled/casework"
	"github.com/needsled/needsled/casework/notification"
)

// flushEvery is how long a move of the cursor may wait to be saved with others.
const flushEvery = 250 * time.Millisecond

// service is one time of leading. Its fields belong to the goroutine that runs
// it; deliveries run beside it and hand in results.
type service struct {
	*Relay
	revision uint64            // that the cursor is kept at
	position casework.Position // that the cursor has come to
	read     casework.Position // that the feed was read to
	more     bool              // there may be more to read

	reading  []*reading                // in order of the feed; those behind the first may be done
	lanes    map[casework.CaseID]*lane // of what is read and not done
	ready    []casework.CaseID         // lanes with something to deliver and nothing under way
	held     map[casework.CaseID]*held // all that is held
	waiting  map[casework.CaseID]*held // those that are tried again
	changed  map[casework.CaseID]bool  // held otherwise than kept; false where released
	dirty    bool                      // there is something to save
	flushing bool                      // it will be saved soon
	results  chan result               // of deliveries under way
	running  int                       // deliveries under way
	again    int                       // those of them that are for cases that are held
	gone     error                     // why the receiver wants nothing any more
}

// reading is an entry on its way.
type reading struct {
	casework.FeedItem
	done bool
}

// lane is what there is to deliver of a case, in order.
type lane struct{ queue []*reading }

// held is a case that waits.
type held struct {
	casework.Held
	busy bool
}

// result is how a delivery ended.
type result struct {
	id     casework.CaseID
	held   bool
	unread bool // the store did not give the entry
	err    error
}

func newService(r *Relay, c casework.Cursor) *service {
	s := &service{
		Relay: r, revision: c.Revision, position: c.Position, read: c.Position, more: true,
		lanes: map[casework.CaseID]*lane{}, held: map[casework.CaseID]*held{}, waiting: map[casework.CaseID]*held{},
		changed: map[casework.CaseID]bool{}, flushing: true, results: make(chan result, r.o.Parallel),
	}
	for _, h := range c.Held {
		kept := &held{Held: h}
		s.held[h.Case] = kept
		if !h.Parked {
			s.waiting[h.Case] = kept
		}
	}
	return s
}

// run reads, delivers and saves until the lead is lost or the context ends.
func (s *service) run(ctx context.Context) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()                             // a service waits for what is under way, so nothing is left by then
	expiry := time.AfterFunc(s.o.Term, cancel) // deliveries end with the lead
	defer expiry.Stop()
	renew, poll := time.NewTicker(s.o.Term/3), time.NewTicker(s.o.Poll)
	defer renew.Stop()
	defer poll.Stop()
	due, flush := time.NewTimer(s.o.Term), time.NewTimer(flushEvery)
	defer due.Stop()
	defer flush.Stop()
	for err := s.turn(ctx, work); ; err = s.turn(ctx, work) {
		if err != nil {
			return s.leave(ctx, work, err)
		}
		s.setDue(due)
		s.setFlush(flush)
		select {
		case <-ctx.Done():
			return s.finish(ctx, work)
		case <-work.Done():
			return s.leave(ctx, work, s.lost())
		case r := <-s.results:
			s.settle(ctx, r)
		case <-s.o.Wake:
			s.more = true
		case <-poll.C:
			s.more = true
		case <-due.C:
		case <-flush.C:
			err = s.save(ctx)
			s.flushing = false
		case <-renew.C:
			err = s.renew(ctx, expiry)
		}
		if err != nil {
			return s.leave(ctx, work, err)
		}
		if s.gone != nil {
			return s.leave(ctx, work, s.gone)
		}
	}
}

func (s *service) lost() error {
	return &casework.ConflictError{Op: "relay", Kind: casework.ConflictLead, Subject: s.subscriber}
}

// setDue sets the timer to when a case is to be tried again.
func (s *service) setDue(due *time.Timer) {
	next := s.nextDue()
	if next < 0 {
		due.Stop()
		return
	}
	due.Reset(next)
}

// setFlush sets the timer to when what moved is to be saved, unless it is set
// already.
func (s *service) setFlush(flush *time.Timer) {
	if s.dirty && !s.flushing {
		flush.Reset(flushEvery)
		s.flushing = true
	}
}

// turn takes in results that are there, reads as far as there is room, and starts
// what can be started. With nothing left to do it saves.
func (s *service) turn(ctx, work context.Context) error {
	s.takeIn(ctx)
	for s.roomToRead() {
		if err := s.readOn(ctx); err != nil {
			return err
		}
		s.start(work)
	}
	s.start(work)
	s.tell()
	if s.running == 0 && s.dirty {
		return s.save(ctx)
	}
	return nil
}

func (s *service) takeIn(ctx context.Context) {
	for {
		select {
		case r := <-s.results:
			s.settle(ctx, r)
		default:
			return
		}
	}
}

func (s *service) roomToRead() bool { return s.more && len(s.reading) < s.o.Window && !s.down() }

// down tells whether the receiver itself seems to be down.
func (s *service) down() bool {
	failing := 0
	for _, h := range s.waiting {
		if h.Tries > 0 {
			failing++
		}
	}
	return failing >= s.o.Down
}

// readOn reads a page of the feed. What belongs to a case that is held waits
// with it.
func (s *service) readOn(ctx context.Context) error {
	limit := s.o.Window - len(s.reading)
	items, err := s.store.Feed(ctx, s.read, limit)
	if err != nil {
		return err
	}
	s.more = len(items) == limit
	for _, item := range items {
		s.read, s.dirty = item.Position, true
		r := &reading{FeedItem: item}
		s.reading = append(s.reading, r)
		if h, is := s.held[item.Entry.Case]; is {
			s.wait(h, r)
			continue
		}
		s.queue(r)
	}
	s.advance()
	return nil
}

// wait lets an entry wait in a case that is held. One that was read before waits
// already, or was delivered before the case was held.
func (s *service) wait(h *held, r *reading) {
	r.done = true
	if r.Position > h.Waiting[len(h.Waiting)-1].Position {
		h.Waiting = append(h.Waiting, casework.Place{Position: r.Position, Seq: r.Entry.Seq})
		s.changed[h.Case] = true
	}
}

func (s *service) queue(r *reading) {
	id := r.Entry.Case
	l, is := s.lanes[id]
	if !is {
		l = &lane{}
		s.lanes[id] = l
		s.ready = append(s.ready, id)
	}
	l.queue = append(l.queue, r)
}

// advance moves the cursor behind everything that is done.
func (s *service) advance() {
	n := 0
	for n < len(s.reading) && s.reading[n].done {
		s.position = s.reading[n].Position
		n++
	}
	if n > 0 {
		s.reading, s.dirty = s.reading[n:], true
	}
}

// start begins deliveries while there is room for them. Cases that were held
// before have half of the room at most, so that one that is slow to fail does not
// hold up the others.
func (s *service) start(work context.Context) {
	for s.running < s.o.Parallel {
		if h := s.dueHeld(); h != nil && s.again < max(1, s.o.Parallel/2) {
			h.busy = true
			s.running, s.again = s.running+1, s.again+1
			again := h.Clone()
			go func() { s.results <- s.retry(work, again) }()
			continue
		}
		if len(s.ready) == 0 || s.down() {
			return
		}
		id := s.ready[0]
		s.ready = s.ready[1:]
		item := s.lanes[id].queue[0].FeedItem
		s.running++
		go func() { s.results <- result{id: id, err: s.deliver(work, item)} }()
	}
}

// dueHeld gives the case that has waited longest beyond its time.
func (s *service) dueHeld() *held {
	var first *held
	now := s.o.Clock()
	for _, h := range s.waiting {
		if h.busy || h.Again.After(now) {
			continue
		}
		if first == nil || h.Again.Before(first.Again) || (h.Again.Equal(first.Again) && h.Waiting[0].Position < first.Waiting[0].Position) {
			first = h
		}
	}
	return first
}

// nextDue is how long it takes until a case is to be tried again; negative where
// none is.
func (s *service) nextDue() time.Duration {
	next, now := time.Duration(-1), s.o.Clock()
	if s.running >= s.o.Parallel || s.again >= max(1, s.o.Parallel/2) {
		return next
	}
	for _, h := range s.waiting {
		if left := max(0, h.Again.Sub(now)); !h.busy && (next < 0 || left < next) {
			next = left
		}
	}
	return next
}

// settle takes in how a delivery ended. One that ended because the lead did has
// not failed.
func (s *service) settle(ctx context.Context, r result) {
	s.running--
	if r.held {
		s.again--
		s.settleHeld(ctx, r)
		return
	}
	l := s.lanes[r.id]
	switch {
	case r.err == nil:
		s.delivered()
		l.queue[0].done = true
		l.queue = l.queue[1:]
		if len(l.queue) == 0 {
			delete(s.lanes, r.id)
		} else {
			s.ready = append(s.ready, r.id)
		}
	case errors.Is(r.err, errEnded):
		s.ready = append(s.ready, r.id)
	default:
		s.hold(ctx, l, r.err)
	}
	s.advance()
}

// hold takes a case out of the flow.
func (s *service) hold(ctx context.Context, l *lane, err error) {
	s.fail(ctx, s.setAside(l.queue), err)
}

// setAside lets entries of a case wait, and forgets its lane.
func (s *service) setAside(queue []*reading) *held {
	h := &held{Held: casework.Held{Case: queue[0].Entry.Case, Kind: queue[0].Kind}}
	for _, r := range queue {
		h.Waiting = append(h.Waiting, casework.Place{Position: r.Position, Seq: r.Entry.Seq})
		r.done = true
	}
	delete(s.lanes, h.Case)
	s.held[h.Case], s.waiting[h.Case] = h, h
	s.changed[h.Case], s.dirty = true, true
	return h
}

// catchUp brings the cursor to the last entry that was delivered: what was read
// before it and is not delivered waits in its case, so that nothing comes again.
func (s *service) catchUp() {
	last := casework.Position(0)
	for _, r := range s.reading {
		if r.done {
			last = r.Position
		}
	}
	for _, l := range s.lanes {
		n := 0
		for n < len(l.queue) && l.queue[n].Position < last {
			n++
		}
		if n > 0 {
			s.setAside(l.queue[:n])
		}
	}
	s.advance()
}

func (s *service) settleHeld(ctx context.Context, r result) {
	h := s.held[r.id]
	h.busy = false
	switch {
	case errors.Is(r.err, errEnded):
		return
	case r.unread:
		h.Again = s.o.Clock().Add(s.o.pause(h.Tries))
		s.o.Logger.LogAttrs(ctx, slog.LevelError, "an entry could not be read again", s.about(slog.String("case", h.Case.String()), slog.String("error", r.err.Error()))...)
		return
	case r.err != nil:
		s.fail(ctx, h, r.err)
		return
	}
	s.delivered()
	s.dirty = true
	h.Waiting, h.Tries, h.Again, h.Fault = h.Waiting[1:], 0, time.Time{}, ""
	s.changed[h.Case] = len(h.Waiting) > 0
	if len(h.Waiting) == 0 {
		delete(s.held, h.Case)
		delete(s.waiting, h.Case)
	}
}

// fail notes why a case waits, and for how long.
func (s *service) fail(ctx context.Context, h *held, err error) {
	fate, after := notification.FateOf(err)
	h.Tries++
	h.Fault = plain(err.Error())
	s.changed[h.Case], s.dirty = true, true
	switch {
	case fate == notification.Gone:
		s.gone = err
	case fate == notification.Never, h.Tries >= s.o.Tries && !s.down():
		h.Parked, h.Again = true, time.Time{}
		delete(s.waiting, h.Case)
	default:
		h.Again = s.o.Clock().Add(max(after, s.o.pause(h.Tries))).UTC()
	}
	s.report(func(st *Status) { st.Failed++ }, s.oldestRead())
	level, what := slog.LevelWarn, "not delivered"
	if h.Parked {
		level, what = slog.LevelError, "parked"
	}
	s.o.Logger.LogAttrs(ctx, level, what, s.about(slog.String("case", h.Case.String()), slog.Uint64("seq", h.Waiting[0].Seq),
		slog.Int("tries", h.Tries), slog.Time("again", h.Again), slog.String("error", h.Fault))...)
}

func (s *service) delivered() { s.report(func(st *Status) { st.Delivered++ }, s.oldestRead()) }

// oldestRead is when the first entry that is neither delivered nor held was
// recorded.
func (s *service) oldestRead() time.Time {
	for _, r := range s.reading {
		if !r.done {
			return r.Entry.Recorded
		}
	}
	return time.Time{}
}

func (s *service) tell() {
	s.report(func(st *Status) {
		st.Leading, st.Position, st.Reading = true, s.position, len(s.reading)
		st.Waiting, st.Parked = len(s.waiting), len(s.held)-len(s.waiting)
	}, s.oldestRead())
}

// save keeps where the cursor stands and what is held.
func (s *service) save(ctx context.Context) error {
	if !s.dirty {
		return nil
	}
	c := casework.CursorChange{Subscriber: s.subscriber, Revision: s.revision, Position: s.position}
	for _, id := range slices.SortedFunc(maps.Keys(s.changed), func(a, b casework.CaseID) int { return bytes.Compare(a[:], b[:]) }) {
		if s.changed[id] {
			c.Held = append(c.Held, s.held[id].Clone())
		} else {
			c.Released = append(c.Released, id)
		}
	}
	if err := s.store.SaveCursor(ctx, c); err != nil {
		return err
	}
	s.revision++
	s.dirty = false
	clear(s.changed)
	s.tell()
	return nil
}

// renew leads on. A store that fails for a moment is tried again while the term
// lasts.
func (s *service) renew(ctx context.Context, expiry *time.Timer) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Term/3)
	defer cancel()
	revision, err := s.store.Lead(ctx, s.lease())
	switch {
	case errors.Is(err, casework.ErrConflict):
		return err
	case err != nil:
		s.o.Logger.LogAttrs(ctx, slog.LevelWarn, "the lead was not renewed", s.about(slog.String("error", err.Error()))...)
		return nil
	case revision != s.revision: // somebody moved the cursor
		return &casework.ConflictError{Op: "relay", Kind: casework.ConflictCursor, Subject: s.subscriber}
	}
	expiry.Reset(s.o.Term)
	return nil
}

// leave ends the service for a reason. Unless the lead is lost, what was
// delivered is kept.
func (s *service) leave(ctx, work context.Context, why error) error {
	if !errors.Is(why, casework.ErrConflict) {
		if err := s.finish(ctx, work); err != nil {
			s.o.Logger.LogAttrs(ctx, slog.LevelWarn, "what was delivered was not kept and will come again", s.about(slog.String("error", err.Error()))...)
		}
		return why
	}
	for ; s.running > 0; s.running-- {
		<-s.results
	}
	return why
}

// finish waits for what is under way, which the end of the term ends too, and
// saves.
func (s *service) finish(ctx, work context.Context) error {
	ctx = context.WithoutCancel(ctx)
	for s.running > 0 {
		s.settle(ctx, <-s.results)
	}
	if work.Err() != nil {
		return s.lost()
	}
	s.catchUp()
	ctx, stop := context.WithTimeout(ctx, s.o.Term)
	defer stop()
	return s.save(ctx)
}
