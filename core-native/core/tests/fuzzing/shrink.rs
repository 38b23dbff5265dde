//! The shortest stream that still fails: pieces are left out while what is left fails.

use super::{Step, complaint};

pub fn shortest(mut steps: Vec<Step>) -> Vec<Step> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut piece = steps.len() / 2;
    while piece > 0 {
        let mut at = 0;
        let mut has_shrunk = false;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + piece).min(fewer.len()));
            if complaint(&fewer).is_some() {
                steps = fewer;
                has_shrunk = true;
            } else {
                at += piece;
            }
        }
        if !has_shrunk || piece > 1 {
            piece /= 2;
        }
    }
    std::panic::set_hook(hook);
    steps
}
