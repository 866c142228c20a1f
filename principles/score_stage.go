package principles

import "slices"

// ScoreStage says who stands behind an entered score. The same question may
// have a score of every stage, and they are kept apart (World class
// commissioning 2007 to 2010: self-assess, ratify, panel, calibrate, publish).
type ScoreStage string

// The stages of a score, in the order in which they follow each other.
const (
	SelfAssessed  ScoreStage = "self_assessed"
	BoardRatified ScoreStage = "board_ratified"
	Panel         ScoreStage = "panel"
	Calibrated    ScoreStage = "calibrated"
	Published     ScoreStage = "published"
)

// ScoreStages gives the stages in their order.
func ScoreStages() []ScoreStage {
	return []ScoreStage{SelfAssessed, BoardRatified, Panel, Calibrated, Published}
}

// Known tells whether the stage is one of the five.
func (s ScoreStage) Known() bool { return slices.Contains(ScoreStages(), s) }

func (s ScoreStage) order() int { return slices.Index(ScoreStages(), s) }
