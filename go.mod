module github.com/needsled/needsled

go 1.26.0

require github.com/google/uuid v1.6.0

require (
	github.com/looplab/fsm v1.0.3 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
)
