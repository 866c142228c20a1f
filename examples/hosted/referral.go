package main

// referral is what somebody sends in about a need.
type referral struct {
	Number  string // this system's own, unique in a council
	Title   string
	Urgency string // routine where empty
}

func (r referral) urgency() string {
	if r.Urgency == "" {
		return "routine"
	}
	return r.Urgency
}
