// Package inventory is the mathematics of how much to have and when to order it. It reads nothing and keeps nothing.
//
// Three layers lie in it:
//
//   - The formulas of the books, for known laws of demand: order quantities, the newsvendor, (r, Q) and (s, S), lots over a
//     horizon, price breaks, joint orders, several stages, unsure supply. They are checked against published numbers.
//   - Lead times as purchase orders tell them, with those that are still open: their law, their drift, how likely an
//     order is late, and what its lateness costs.
//   - Policies for demand and lead times as forecasts give them, with what suppliers ask for and a budget allows.
//
// Letters are those of the books: K cost of placing an order, h holding cost of a unit and time unit, p cost of a unit
// short (and time unit, where demand waits), D or mu mean demand, sd its standard deviation, L lead time, R review
// period, all in one time unit. Numbers in parentheses are equations of Snyder and Shen (2019), "Fundamentals of Supply
// Chain Theory", 2nd ed.; SPT is Silver, Pyke and Thomas (2017), "Inventory and Production Management in Supply Chains",
// 4th ed.
//
// The formulas take costs, D and sd as positive; callers see to it.
package inventory
