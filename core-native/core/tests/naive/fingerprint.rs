//! What later commands can depend on, without the numbers that only count: two states with one fingerprint go on alike.

use super::{Naive, Order};

impl Naive {
    pub fn fingerprint(&self) -> Vec<i128> {
        let mut orders: Vec<&Order> = self.orders.iter().collect();
        orders.sort_by_key(|order| order.id);
        let mut stamps: Vec<u64> = orders.iter().map(|order| order.stamp).collect();
        stamps.sort_unstable();
        let rank = |stamp: u64| stamps.iter().position(|other| *other == stamp).expect("it is there") as i128;
        let first = orders.first().map_or(0, |order| order.list.0);
        let mut numbers = vec![self.orders.len() as i128];
        for order in orders {
            numbers.extend([
                i128::from(order.account.0),
                i128::from(order.terms.side as u8),
                i128::from(order.terms.ord_type as u8),
                i128::from(order.list.0) - i128::from(first),
                i128::from(order.terms.reduce_only),
                order.role as i128,
                order.place as i128,
                i128::from(order.triggered),
                order.qty,
                order.cum,
                order.price,
                order.trigger,
                order.extreme.unwrap_or(-1),
                order.shown,
                self.ahead(order),
                rank(order.stamp),
            ]);
        }
        let mut positions: Vec<_> = self.positions.iter().map(|p| (p.of, p.qty)).collect();
        positions.sort_unstable();
        numbers.extend(positions.iter().flat_map(|row| [i128::from(row.0.0.0), i128::from(row.0.1.0), row.0.2 as i128, row.1]));
        let mut house: Vec<_> =
            self.house.iter().map(|row| (row.instrument, row.side, row.price, row.shown, row.available)).collect();
        house.sort_unstable();
        numbers.extend(house.iter().flat_map(|row| [i128::from(row.0.0), row.1 as i128, row.2, row.3, row.4]));
        numbers.extend(self.instruments.iter().flat_map(|known| [known.last, known.state as i128]));
        numbers
    }
}
