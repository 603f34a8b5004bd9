//! How well the rules hear, measured on letters. In: letters with what was said about them, and, where a careful reader has marked
//! them, the labels. Out: a [`Run`]: how often each rule fires, how often it is right, what changed against an earlier run, what is
//! past a budget. Refuses to read files and to print.

mod bags;
mod budget;
mod compare;
mod label;
mod learn;
mod minimise;
mod run;
mod score;
mod softmax;

pub use budget::{Budget, Past};
pub use compare::{Change, Comparison, Difference};
pub use label::{Labelled, read};
pub use learn::learn;
pub use run::{Count, Firing, Measured, Run};
pub use score::{Figures, Scores, Share};
