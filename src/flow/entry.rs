//! Where entry data go.

/// The slot that entry data go to: `trigger` of the first routine that has one, else the first that no connection
/// feeds. Slots come as places and names, in the order of the document.
pub fn entry_slot<'a, Place>(
    slots: impl Iterator<Item = (Place, &'a str)> + Clone,
    is_fed: impl Fn(&Place) -> bool,
) -> Option<Place> {
    let trigger = slots.clone().find(|(_, name)| *name == "trigger");
    trigger.map(|(place, _)| place).or_else(|| slots.map(|(place, _)| place).find(|place| !is_fed(place)))
}

#[cfg(test)]
mod tests {
    use super::entry_slot;

    #[test]
    fn a_trigger_goes_before_what_nothing_feeds() {
        let slots = [(0, "input"), (1, "other"), (2, "trigger"), (3, "trigger")];
        assert_eq!(entry_slot(slots.into_iter(), |_| false), Some(2));
        assert_eq!(entry_slot(slots.into_iter(), |_| true), Some(2), "even if a connection feeds it");
        assert_eq!(entry_slot(slots[..2].iter().copied(), |place| *place == 0), Some(1));
        assert_eq!(entry_slot(slots[..2].iter().copied(), |_| true), None);
    }
}
