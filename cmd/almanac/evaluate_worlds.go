package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"almanac/evaluate/worlds"
)

// worldsFlags choose simulated shops instead of a file.
type worldsFlags struct {
	Worlds  int      `help:"Instead of a file: so many simulated shops." xor:"from"`
	Hostile []string `help:"Worlds that are hostile to models, told apart: ${hostile}; all for all of them."`
	Each    int      `help:"How many of each hostile world." default:"20"`
	Seed    uint64   `help:"Of the first world, and of what a file is lacking." default:"1"`
	Workers int      `help:"Processors; 0 for all."`
}

func (f *worldsFlags) options(tell progress) worlds.Options {
	return worlds.Options{Worlds: f.Worlds, Seed: f.Seed, Hostile: f.Hostile, Each: f.Each, Workers: f.Workers, Tell: tell}
}

// either is an error where there are a file and worlds, or none of both.
func (f *worldsFlags) either(file, flag string) error {
	if (file == "") == (f.Worlds == 0) {
		return &hint{errors.New("there is nothing to measure, or two things"), "Give either " + flag + " FILE or --worlds N.", exitUsage}
	}
	if f.Worlds < 0 || f.Each < 0 || f.Workers < 0 {
		return &hint{errors.New("a number of worlds or processors is below 0"), "Leave it out for the usual one.", exitUsage}
	}
	return nil
}

// sayWorldsOf prints a report of worlds, each kind apart: a line a method by say, and how the intervals did. done ends the progress bar.
func sayWorldsOf[S any](term *terminal, done func(), say func(method string, s S) string) func(*worlds.Report[S], error) error {
	return func(r *worlds.Report[S], err error) error {
		done()
		if err != nil {
			return err
		}
		if term.json {
			return printJSON(term, r)
		}
		if err := sayKind(term, "usual", r.Group, say); err != nil {
			return err
		}
		for _, kind := range slices.Sorted(maps.Keys(r.Hostile)) {
			if err := sayKind(term, kind, r.Hostile[kind], say); err != nil {
				return err
			}
		}
		return nil
	}
}

func sayKind[S any](term *terminal, kind string, g worlds.Group[S], say func(string, S) string) error {
	if err := term.say("%s, %d worlds", kind, g.Worlds); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(g.Methods)) {
		if err := term.say("  %s", say(name, g.Methods[name])); err != nil {
			return err
		}
	}
	if err := term.say("  %s", say("automatic", g.Auto)); err != nil || g.Intervals == nil {
		return err
	}
	i := g.Intervals
	return term.say("  the %s intervals held %.3f of %d truths (honest: %.3f to %.3f), %.3f below and %.3f above; interval score %.2f, width %.2f",
		fmt.Sprintf("%.0f %%", 100*i.Level), i.Coverage, i.Asked, i.BandLow, i.BandHigh, i.Below, i.Above, i.Score, i.Width)
}
