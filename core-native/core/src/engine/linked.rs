//! Linked orders: what the fill or end of one does to the others, in the same event.
//!
//! Invariant: the legs of a pair (an OCO's, a bracket's exits) have the same left; children have what their parent has filled, less
//! what they filled themselves.

use super::Core;
use crate::book::NIL;
use crate::event::Event;
use crate::order::{Contingency, ExecReason, ExecType, Place};
use crate::units::OrderId;

pub(super) const MEMBERS_MAX: usize = 3;

/// One list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Group {
    pub(crate) contingency: Contingency,
    /// Id and slot of each; an ended one has slot `None`.
    members: [(OrderId, Option<u32>); MEMBERS_MAX],
}

impl Group {
    /// The list's id: its first order's.
    pub(crate) const fn list(&self) -> OrderId {
        self.members[0].0
    }

    /// Which of them are live, by id.
    pub(super) fn live_members(&self) -> [(OrderId, bool); MEMBERS_MAX] {
        self.members.map(|(id, slot)| (id, slot.is_some()))
    }

    fn live_count(&self) -> usize {
        self.members.iter().filter(|(_, slot)| slot.is_some()).count()
    }

    /// The other leg of a pair.
    fn sibling(&self, member: usize) -> Option<u32> {
        match (self.contingency, member) {
            (Contingency::Oco, 0 | 1) => self.members[1 - member].1,
            (Contingency::Bracket, 1 | 2) => self.members[3 - member].1,
            _ => None,
        }
    }

    /// Whether the list has a parent, and this is not it.
    const fn is_child(&self, member: usize) -> bool {
        !matches!(self.contingency, Contingency::Oco) && member > 0
    }
}

/// Every list with a live order.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    groups: Vec<Group>,
    free: Vec<u32>,
}

impl Groups {
    /// Makes room for a list whose orders follow.
    pub(super) fn add(&mut self, contingency: Contingency) -> u32 {
        let group = Group { contingency, members: [(OrderId(0), None); MEMBERS_MAX] };
        if let Some(index) = self.free.pop() {
            self.groups[index as usize] = group;
            return index;
        }
        self.groups.push(group);
        u32::try_from(self.groups.len() - 1).expect("there are fewer lists than orders")
    }

    /// Adds a list as it was, at the next index.
    pub(super) fn restore(&mut self, contingency: Contingency, members: [(OrderId, Option<u32>); MEMBERS_MAX]) {
        self.groups.push(Group { contingency, members });
    }

    pub(super) fn get(&self, index: u32) -> Option<&Group> {
        self.groups.get(index as usize)
    }

    /// The lists, by id.
    pub(super) fn by_list<'a>(&'a self) -> Vec<&'a Group> {
        let mut live: Vec<&'a Group> = self.groups.iter().filter(|group| group.live_count() > 0).collect();
        live.sort_unstable_by_key(|group| group.list());
        live
    }
}

/// A place in a group that an ended order has left.
#[derive(Clone, Copy)]
pub(super) struct LeftPlace {
    group: u32,
    member: usize,
}

impl Core {
    fn group_of(&self, slot: u32) -> Option<(&Group, usize)> {
        let order = self.orders.get(slot);
        self.groups.get(order.group).map(|group| (group, usize::from(order.member)))
    }

    /// Whether two orders belong to one list.
    pub(super) fn are_of_one_list(&self, one: u32, other: u32) -> bool {
        let group = self.orders.get(one).group;
        group != NIL && group == self.orders.get(other).group
    }

    /// The other live leg of a pair.
    pub(crate) fn sibling_of(&self, slot: u32) -> Option<u32> {
        self.group_of(slot).and_then(|(group, member)| group.sibling(member))
    }

    /// Whether an order's quantity follows others: a leg or a child, not a parent.
    pub(crate) fn is_linked_leg(&self, slot: u32) -> bool {
        self.group_of(slot).is_some_and(|(group, member)| group.contingency == Contingency::Oco || group.is_child(member))
    }

    /// Whether an order is the child of another, live or not.
    pub(crate) fn is_child(&self, slot: u32) -> bool {
        self.group_of(slot).is_some_and(|(group, member)| group.is_child(member))
    }

    /// Whether an order is the child of one that may still fill.
    #[inline]
    pub(crate) fn has_live_parent(&self, slot: u32) -> bool {
        self.group_of(slot).is_some_and(|(group, member)| group.is_child(member) && group.members[0].1.is_some())
    }

    /// Puts a newly accepted order into the group that it names.
    pub(super) fn join_group(&mut self, slot: u32) {
        let (id, group, member) = {
            let order = self.orders.get(slot);
            (order.order_id, order.group, usize::from(order.member))
        };
        if let Some(group) = self.groups.groups.get_mut(group as usize) {
            group.members[member] = (id, Some(slot));
            // A child waits for its parent's first fill.
            let is_child = group.is_child(member);
            self.orders.get_mut(slot).released = !is_child;
        }
    }

    /// Takes an ended order out of its group.
    pub(super) fn leave_group(&mut self, slot: u32) -> Option<LeftPlace> {
        let (group, member) = {
            let order = self.orders.get(slot);
            (order.group, usize::from(order.member))
        };
        let place = self.groups.groups.get_mut(group as usize)?;
        place.members[member].1 = None;
        Some(LeftPlace { group, member })
    }

    /// What a fill leads to: pairs share, children follow, and who has nothing left ends.
    pub(super) fn after_fill(&mut self, slot: u32, qty: i64, events: &mut Vec<Event>) {
        let id = self.orders.get(slot).order_id;
        if let Some((&group, member)) = self.group_of(slot) {
            self.reduce_sibling(slot, qty, events);
            if group.contingency != Contingency::Oco && member == 0 {
                for child in 1..MEMBERS_MAX {
                    // Looked up again: what one child does may end the other.
                    let slot = self.groups.get(self.orders.get(slot).group).and_then(|group| group.members[child].1);
                    if let Some(child) = slot {
                        self.feed_child(child, qty, events);
                    }
                }
            }
        }
        if self.is_live(slot, id) && self.orders.get(slot).status.is_terminal() {
            self.retire(slot, ExecReason::None, events);
        }
    }

    /// The other leg of a pair has that much less to do.
    pub(super) fn reduce_sibling(&mut self, slot: u32, qty: i64, events: &mut Vec<Event>) {
        let Some(sibling) = self.sibling_of(slot) else { return };
        let qty = qty.min(self.orders.get(sibling).leaves_qty().0);
        if qty > 0 {
            self.reduce(sibling, qty, ExecReason::Linked, events);
        }
    }

    /// A parent filled: its child may do as much.
    fn feed_child(&mut self, slot: u32, qty: i64, events: &mut Vec<Event>) {
        let holding = self.holding_of(slot);
        if self.orders.get(slot).place == Place::Book {
            self.leave_queue(slot);
        }
        let order = self.orders.get_mut(slot);
        order.terms.order_qty.0 += qty;
        order.released = true;
        let triggered = order.triggered;
        self.report(slot, ExecType::Restated, ExecReason::Linked, events, |_| {});
        let order = self.orders.get(slot);
        if triggered {
            self.elect(slot);
        } else if order.place == Place::Nowhere && !order.queued {
            self.await_trigger(slot);
        }
        self.touch_holding(holding, false);
    }

    /// What an end leads to.
    pub(super) fn after_end(&mut self, left: LeftPlace, filled: bool, events: &mut Vec<Event>) {
        let LeftPlace { group: index, member } = left;
        let group = self.groups.groups[index as usize];
        if let Some(sibling) = group.sibling(member)
            && !self.orders.get(sibling).status.is_terminal()
        {
            self.end(sibling, ExecType::Canceled, ExecReason::Linked, events);
        }
        if group.contingency != Contingency::Oco && member == 0 {
            for child in 1..MEMBERS_MAX {
                let slot = self.groups.groups[index as usize].members[child].1;
                if let Some(slot) = slot {
                    self.lose_parent(slot, filled, events);
                }
            }
        }
        // Members may end on the way here, so only the last to see the group empty gives it back.
        let group = &mut self.groups.groups[index as usize];
        if group.live_count() == 0 && group.list() != OrderId(0) {
            group.members[0].0 = OrderId(0);
            self.groups.free.push(index);
        }
    }

    /// A parent ended: its child keeps what it was fed, and ends if that is nothing or done.
    fn lose_parent(&mut self, slot: u32, parent_filled: bool, events: &mut Vec<Event>) {
        let order = self.orders.get(slot);
        if order.status.is_terminal() || (parent_filled && order.leaves_qty().0 > 0) {
            return;
        }
        let was_used = order.leaves_qty().0 == 0 && order.cum_qty.0 > 0;
        self.stand_idle(slot);
        // Each child ends in its own way: that its sibling ends is no news to it.
        if was_used {
            // Nothing is left, and no parent to wait for: the table makes this its end.
            self.orders.get_mut(slot).triggered = true;
        }
        let exec_type = if was_used { ExecType::Restated } else { ExecType::Canceled };
        self.report(slot, exec_type, ExecReason::Linked, events, |_| {});
        self.forget(slot, ExecReason::Linked);
    }
}
