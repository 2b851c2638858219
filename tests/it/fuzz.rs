//! The fuzzer's targets as tests: every seed, every input that once failed, and a few thousand mutations of them.

#[path = "../fuzz/mutate.rs"]
mod mutate;
#[path = "../fuzz/random.rs"]
mod random;
#[path = "../fuzz/targets/mod.rs"]
mod targets;
#[path = "../fuzz/tree.rs"]
mod tree;

use random::Random;
use targets::{TARGETS, files, folder};

/// Python may call itself deep, which takes more than a test thread's stack.
fn with_stack(work: impl FnOnce() + Send + 'static) {
    let worker = std::thread::Builder::new().stack_size(512 << 20).spawn(work).unwrap();
    assert!(worker.join().is_ok(), "see the panic above");
}

#[test]
fn what_once_failed_holds() {
    with_stack(|| {
        for target in TARGETS {
            for input in (target.seeds)().into_iter().chain(files(&[folder("regressions", target.name)], &[])) {
                (target.check)(&input);
            }
        }
    });
}

#[test]
fn a_short_run_holds() {
    with_stack(|| {
        for target in TARGETS {
            let (mut random, seeds) = (Random::new(7), (target.seeds)());
            assert!(!seeds.is_empty(), "{} ({}) has no seeds", target.name, target.about);
            for _ in 0..300 {
                let seed = random.pick(&seeds);
                let input = mutate::mutated(&mut random, seed, &seeds, target.words);
                (target.check)(&input);
            }
        }
    });
}
