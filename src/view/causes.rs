//! What led to a record and what it led to: as a tree, and as what lights up in the other views.

use std::collections::{BTreeMap, BTreeSet};

use crate::protocol::inspect::Relatives;
use crate::protocol::timeline::Row;

/// How a record, a routine or a connection is related to the selected record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It led to it.
    Cause,
    /// It came of it.
    Effect,
    /// It is it.
    Itself,
}

impl Relation {
    /// For `data-related`.
    pub fn name(self) -> &'static str {
        match self {
            Relation::Cause => "cause",
            Relation::Effect => "effect",
            Relation::Itself => "self",
        }
    }

    /// In words, for what only looks different otherwise.
    pub fn text(self) -> &'static str {
        match self {
            Relation::Cause => "led to the selected record",
            Relation::Effect => "came of the selected record",
            Relation::Itself => "the selected record",
        }
    }
}

/// A record with what led to it and what it led to.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Family {
    /// The record.
    pub seq: u64,
    /// The record itself, if it is kept.
    pub row: Option<Row>,
    /// What led to it, the first first.
    pub causes: Vec<Row>,
    /// How many led to it in all.
    pub cause_count: u64,
    /// What it led to, the first first.
    pub effects: Vec<Row>,
    /// How many it led to in all.
    pub effect_count: u64,
    roles: BTreeMap<u64, Relation>,
}

impl Family {
    /// Of the engine's two answers.
    pub fn new(seq: u64, row: Option<Row>, ancestry: Relatives, descendants: Relatives) -> Self {
        let mut causes: Vec<Row> = ancestry.records.into_iter().filter(|row| row.seq != seq).collect();
        causes.sort_by_key(|row| row.seq);
        let effects: Vec<Row> = descendants.records.into_iter().filter(|row| row.seq != seq).collect();
        let mut roles: BTreeMap<u64, Relation> = causes.iter().map(|row| (row.seq, Relation::Cause)).collect();
        roles.extend(effects.iter().map(|row| (row.seq, Relation::Effect)));
        roles.insert(seq, Relation::Itself);
        let cause_count = ancestry.total.max(causes.len() as u64);
        let effect_count = descendants.total.max(effects.len() as u64);
        Self { seq, row, causes, cause_count, effects, effect_count, roles }
    }

    /// How a record is related.
    pub fn relation(&self, seq: u64) -> Option<Relation> {
        self.roles.get(&seq).copied()
    }

    /// All related records that are known.
    pub fn seqs(&self) -> impl Iterator<Item = (u64, Relation)> {
        self.roles.iter().map(|(seq, relation)| (*seq, *relation))
    }

    /// The tree, line by line: what led to the record as a chain, then what it led to, each under its cause.
    pub fn tree(&self) -> Vec<Branch> {
        let mut lines: Vec<Branch> =
            self.causes.iter().map(|row| Branch { row: row.clone(), relation: Relation::Cause, level: 0 }).collect();
        if let Some(row) = &self.row {
            lines.push(Branch { row: row.clone(), relation: Relation::Itself, level: 0 });
        }
        let known: BTreeSet<u64> = self.effects.iter().map(|row| row.seq).collect();
        let mut under: BTreeMap<u64, Vec<&Row>> = BTreeMap::new();
        for row in &self.effects {
            // One whose cause is not among them, because there were too many, hangs on the record itself.
            let cause = row.cause.filter(|cause| known.contains(cause) && *cause < row.seq).unwrap_or(self.seq);
            under.entry(cause).or_default().push(row);
        }
        // By hand, not by recursion: a chain of effects can be long.
        let mut open: Vec<(&Row, usize)> = Vec::new();
        let mut next = Some((self.seq, 1));
        while let Some((cause, level)) = next {
            open.extend(under.remove(&cause).unwrap_or_default().into_iter().rev().map(|row| (row, level)));
            next = open.pop().map(|(row, level)| {
                lines.push(Branch { row: row.clone(), relation: Relation::Effect, level });
                (row.seq, level + 1)
            });
        }
        lines
    }
}

/// A line of the tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The record.
    pub row: Row,
    /// How it is related.
    pub relation: Relation,
    /// How deep it hangs under the record.
    pub level: usize,
}

/// What lights up on the canvas.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Lit {
    routines: BTreeMap<String, Relation>,
    connections: BTreeMap<usize, Relation>,
}

impl Lit {
    /// Of the engine's two answers. What is both a cause and an effect shows as an effect: that is the way onward.
    pub fn new(row: Option<&Row>, ancestry: &Relatives, descendants: &Relatives) -> Self {
        let mut lit = Self::default();
        for (relatives, relation) in [(ancestry, Relation::Cause), (descendants, Relation::Effect)] {
            lit.routines.extend(relatives.routines.iter().map(|id| (id.clone(), relation)));
            lit.connections.extend(relatives.connections.iter().map(|index| (*index, relation)));
        }
        if let Some(row) = row {
            lit.routines.extend(row.routine.clone().map(|id| (id, Relation::Itself)));
            lit.connections.extend(row.connection.map(|index| (index, Relation::Itself)));
        }
        lit
    }

    /// Whether nothing is lit, so that nothing steps back.
    pub fn is_empty(&self) -> bool {
        self.routines.is_empty() && self.connections.is_empty()
    }

    /// How a routine is lit.
    pub fn routine(&self, id: &str) -> Option<Relation> {
        self.routines.get(id).copied()
    }

    /// How a connection is lit, by its index in the document.
    pub fn connection(&self, index: usize) -> Option<Relation> {
        self.connections.get(&index).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64, cause: Option<u64>) -> Row {
        Row { seq, cause, routine: Some(format!("r{seq}")), ..Row::default() }
    }

    fn relatives(rows: Vec<Row>) -> Relatives {
        let routines = rows.iter().filter_map(|row| row.routine.clone()).collect();
        Relatives { total: rows.len() as u64, records: rows, routines, connections: Vec::new() }
    }

    #[test]
    fn the_tree_goes_from_the_first_cause_to_every_effect_under_its_own() {
        let up = relatives(vec![row(3, Some(1)), row(1, None)]);
        let down = relatives(vec![row(5, Some(4)), row(6, Some(4)), row(7, Some(5)), row(9, Some(6))]);
        let family = Family::new(4, Some(row(4, Some(3))), up, down);
        let lines: Vec<(u64, usize)> = family.tree().iter().map(|line| (line.row.seq, line.level)).collect();
        assert_eq!(lines, [(1, 0), (3, 0), (4, 0), (5, 1), (7, 2), (6, 1), (9, 2)]);
        assert_eq!(family.relation(7), Some(Relation::Effect));
        assert_eq!(family.relation(4), Some(Relation::Itself));
        assert_eq!(family.relation(8), None);
    }

    #[test]
    fn an_effect_without_its_cause_hangs_on_the_record() {
        let family = Family::new(4, None, Relatives::default(), relatives(vec![row(90, Some(80))]));
        assert_eq!(family.tree()[0].level, 1);
    }

    #[test]
    fn a_long_chain_of_effects_is_a_tree_too() {
        let rows = (1..5_000).map(|seq| row(seq, Some(seq - 1))).collect();
        let family = Family::new(0, Some(row(0, None)), Relatives::default(), relatives(rows));
        assert_eq!(family.tree().len(), 5_000);
    }

    #[test]
    fn what_is_lit_says_how() {
        let lit = Lit::new(Some(&row(4, None)), &relatives(vec![row(1, None)]), &relatives(vec![row(5, Some(4))]));
        assert_eq!(lit.routine("r1"), Some(Relation::Cause));
        assert_eq!(lit.routine("r4"), Some(Relation::Itself));
        assert_eq!(lit.routine("r5"), Some(Relation::Effect));
        assert_eq!(lit.routine("r9"), None);
        assert!(Lit::default().is_empty());
    }
}
