package casework

// Decide is where every move is judged, for benchmarks to reach.
func Decide[T Aggregate](k *Kind[T], c T, m Move) (State, []Objection) { return k.decide(c, m, nil) }
