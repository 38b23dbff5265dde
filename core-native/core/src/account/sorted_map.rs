//! A map in the order of its keys, in two lists: what an account has of a few currencies and instruments.
//!
//! A tree's node has room for eleven of each; an account mostly has one or two, of which there are many accounts. Here they are as long
//! as they are, up to eight, so that many accounts fit into a processor's cache. Cost: a look-up walks a few keys, or halves many; a new key moves
//! those after it. Nothing is taken away.

use core::fmt;
use core::marker::PhantomData;
use core::ops::Index;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Up to so many keys are walked: they are in one or two lines of cache.
const WALKED_MAX: usize = 8;

/// Values by key, in the order of the keys. As bytes it is what a `BTreeMap` of the same is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortedMap<K, V> {
    keys: Vec<K>,
    values: Vec<V>,
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self { keys: Vec::new(), values: Vec::new() }
    }
}

impl<K: Copy + Ord, V> SortedMap<K, V> {
    /// Where a key is, or where it would be.
    #[inline]
    fn find(&self, key: K) -> Result<usize, usize> {
        if self.keys.len() > WALKED_MAX {
            return self.keys.binary_search(&key);
        }
        let at = self.keys.iter().position(|&other| other >= key).unwrap_or(self.keys.len());
        if self.keys.get(at) == Some(&key) { Ok(at) } else { Err(at) }
    }

    /// The value of a key.
    #[inline]
    pub fn get(&self, key: K) -> Option<&V> {
        self.find(key).ok().map(|at| &self.values[at])
    }

    /// The value of a key, to change; its default where it had none.
    #[inline]
    pub fn get_or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let at = match self.find(key) {
            Ok(at) => at,
            Err(at) => {
                self.insert_at(at, key, V::default());
                at
            }
        };
        &mut self.values[at]
    }

    /// Rare, and long: out of the way of those that are there.
    #[cold]
    fn insert_at(&mut self, at: usize, key: K, value: V) {
        // A list that grows by itself begins with room for four.
        if self.keys.len() < WALKED_MAX {
            self.keys.reserve_exact(1);
            self.values.reserve_exact(1);
        }
        self.keys.insert(at, key);
        self.values.insert(at, value);
    }

    /// Keys and values, by key.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> + '_ {
        self.keys.iter().copied().zip(&self.values)
    }

    /// Keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = K> + '_ {
        self.keys.iter().copied()
    }

    /// Values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> + '_ {
        self.values.iter()
    }
}

impl<K: Copy + Ord, V> Index<K> for SortedMap<K, V> {
    type Output = V;

    fn index(&self, key: K) -> &V {
        self.get(key).expect("a key that is there")
    }
}

impl<K: Copy + Ord + Serialize, V: Serialize> Serialize for SortedMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.keys.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(&key, value)?;
        }
        map.end()
    }
}

impl<'de, K: Copy + Ord + Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for SortedMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Copy + Ord + Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = SortedMap<K, V>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("keys and values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
                let mut map = SortedMap::default();
                while let Some((key, value)) = access.next_entry()? {
                    match map.find(key) {
                        Ok(at) => map.values[at] = value,
                        Err(at) => map.insert_at(at, key, value),
                    }
                }
                Ok(map)
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn it_is_what_a_tree_of_the_same_is_with_few_keys_and_with_many() {
        let (mut map, mut tree) = (SortedMap::<u16, i64>::default(), BTreeMap::<u16, i64>::new());
        for step in 0..200_u16 {
            let key = step.wrapping_mul(7_919) % 40;
            *map.get_or_default(key) += i64::from(step);
            *tree.entry(key).or_default() += i64::from(step);
            assert!(map.iter().eq(tree.iter().map(|(&key, value)| (key, value))), "after {step}");
            assert!((0..41).all(|key| map.get(key) == tree.get(&key)), "after {step}");
            let bytes = postcard::to_allocvec(&map).expect("plain data");
            assert_eq!(bytes, postcard::to_allocvec(&tree).expect("plain data"), "after {step}");
            assert_eq!(postcard::from_bytes::<SortedMap<u16, i64>>(&bytes).as_ref(), Ok(&map), "after {step}");
        }
        assert!(map.keys().eq(tree.keys().copied()) && map.values().eq(tree.values()));
        assert_eq!(map[3], tree[&3]);
    }
}
